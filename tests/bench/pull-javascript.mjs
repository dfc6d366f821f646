// SPDX-License-Identifier: LGPL-2.1-or-later
// Pulls a range as one does with the AWS SDK for JavaScript: its paginator, window by window. Tells
// what came as one line of JSON. The argument is that of pull-boto3.py.
import { createHash } from "node:crypto";
import { GetDataEndpointCommand, KinesisVideoClient } from "@aws-sdk/client-kinesis-video";
import {
  KinesisVideoArchivedMediaClient,
  paginateGetImages,
} from "@aws-sdk/client-kinesis-video-archived-media";

const range = JSON.parse(process.argv[2]);

function connect(Client, endpoint) {
  const credentials = { accessKeyId: range.key, secretAccessKey: range.secret };
  return new Client({ endpoint, region: range.region, credentials });
}

async function* getEntries() {
  const control = connect(KinesisVideoClient, range.endpoint);
  const { DataEndpoint: endpoint } = await control.send(
    new GetDataEndpointCommand({ StreamName: range.stream, APIName: "GET_IMAGES" }),
  );
  const client = connect(KinesisVideoArchivedMediaClient, endpoint);
  for (let start = range.start; start < range.end; start += range.window) {
    const parameters = {
      StreamName: range.stream,
      ImageSelectorType: "SERVER_TIMESTAMP",
      StartTimestamp: new Date(start * 1000),
      EndTimestamp: new Date(Math.min(start + range.window, range.end) * 1000),
      SamplingInterval: range.interval,
      Format: range.format,
    };
    for await (const page of paginateGetImages({ client }, parameters)) {
      yield* page.Images ?? [];
    }
  }
}

async function pull() {
  const arrivals = new Map();
  const hash = createHash("sha256");
  for await (const { TimeStamp: time, ImageContent: content } of getEntries()) {
    const image = Buffer.from(content ?? "", "base64");
    if (image.length > 0 && !arrivals.has(time.getTime())) {
      arrivals.set(time.getTime(), Date.now() / 1000);
    }
    if (range.digest) {
      hash.update(image);
    }
  }
  const times = [...arrivals.values()];
  return {
    images: times.length,
    first: times[0] ?? 0,
    last: times[times.length - 1] ?? 0,
    digest: hash.digest("hex"),
  };
}

process.stdout.write(`${JSON.stringify(await pull())}\n`);
// The program that started this one reads its memory and CPU time, and then closes stdin.
process.stdin.resume();
