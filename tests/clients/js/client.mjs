// SPDX-License-Identifier: LGPL-2.1-or-later
// Carries out calls with the AWS SDK for JavaScript: reads one JSON object a line, with an
// endpoint, an operation and its parameters, and writes one a line, with what came of it.
import { createInterface } from "node:readline";
import {
  DescribeStreamCommand,
  GetDataEndpointCommand,
  KinesisVideoClient,
} from "@aws-sdk/client-kinesis-video";
import {
  GetImagesCommand,
  KinesisVideoArchivedMediaClient,
  ListFragmentsCommand,
  paginateGetImages,
  paginateListFragments,
} from "@aws-sdk/client-kinesis-video-archived-media";

const DATES = ["StartTimestamp", "EndTimestamp"];

const clients = {
  control: new Map(),
  media: new Map(),
};

/* A client is kept for each endpoint and identity, with its connections. */
function getClient(kind, Client, { endpoint, region, credentials, attempts }) {
  const key = JSON.stringify([endpoint, region, credentials, attempts]);
  const known = clients[kind];
  if (!known.has(key)) {
    known.set(key, new Client({ endpoint, region, credentials, maxAttempts: attempts }));
  }
  return known.get(key);
}

function readMember(name, value) {
  if (DATES.includes(name)) {
    return new Date(value);
  }
  return value?.constructor === Object ? readDates(value) : value;
}

function readDates(parameters) {
  const entries = Object.entries(parameters);
  return Object.fromEntries(entries.map(([name, value]) => [name, readMember(name, value)]));
}

/* All that the pages have under a name, as in one page. */
async function join(pages, name) {
  const all = [];
  for await (const page of pages) {
    all.push(...(page[name] ?? []));
  }
  return { [name]: all };
}

function call(request) {
  const parameters = readDates(request.parameters);
  const control = getClient("control", KinesisVideoClient, request);
  const media = getClient("media", KinesisVideoArchivedMediaClient, request);
  switch (request.operation) {
    case "GetDataEndpoint":
      return control.send(new GetDataEndpointCommand(parameters));
    case "DescribeStream":
      return control.send(new DescribeStreamCommand(parameters));
    case "GetImages":
      return media.send(new GetImagesCommand(parameters));
    case "GetAllImages":
      return join(paginateGetImages({ client: media }, parameters), "Images");
    case "ListFragments":
      return media.send(new ListFragmentsCommand(parameters));
    case "ListAllFragments":
      return join(paginateListFragments({ client: media }, parameters), "Fragments");
    default:
      throw new TypeError(`There is no operation ${request.operation}`);
  }
}

function describeFailure(error) {
  return {
    code: error.name,
    message: error.message,
    status: error.$metadata?.httpStatusCode ?? null,
    requestId: error.$metadata?.requestId ?? null,
  };
}

async function answer(line) {
  try {
    return { result: await call(JSON.parse(line)) };
  } catch (error) {
    return { failure: describeFailure(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
}
