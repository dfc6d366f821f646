// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads a Job of Kubernetes as JSON, and prints what its model says is wrong with it. The model does not refuse fields
// that it does not know, but it reads all that it knows.
import { readFileSync } from 'node:fs';
import { Job } from 'kubernetes-models/batch/v1';

const unread = new Set();

function watch(value, path) {
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value);
  keys.forEach((key) => unread.add(`${path}.${key}`));
  const watched = keys.map((key) => [key, watch(value[key], `${path}.${key}`)]);
  return new Proxy(Array.isArray(value) ? watched.map(([, item]) => item) : Object.fromEntries(watched), {
    get(target, key) {
      unread.delete(`${path}.${String(key)}`);
      return target[key];
    },
  });
}

const input = JSON.parse(readFileSync(0, 'utf8'));
const job = new Job(input);
// The constructor reads all.
Object.assign(job, watch(input, 'job'));
try {
  job.validate();
} catch (error) {
  console.log(error.message);
}
unread.forEach((path) => console.log(`${path} is unknown`));
