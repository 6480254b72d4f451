import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createInstanceStore } from '../../../local/functionsHost/durable/instanceStore.ts';
import { eventually } from './probe.ts';
import { type Lab, openLab } from './setup.ts';

let lab: Lab;
let child: ChildProcess | undefined;

beforeEach(async () => {
  lab = await openLab();
});
afterEach(async () => {
  await kill();
  await lab.close();
});

async function start() {
  const file = new URL('./killedChild.ts', import.meta.url).pathname;
  child = fork(file, [lab.root], {
    env: { ...process.env, ...lab.env },
    execArgv: [],
  });
  await once(child, 'message');
}

async function kill() {
  if (!child) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
  child = undefined;
}

it('an orchestration comes to its end though its host is killed again and again', async () => {
  const blobs = BlobServiceClient.fromConnectionString(lab.azurite.connectionString);
  const runs = blobs.getContainerClient('runs');
  await runs.create();
  const store = createInstanceStore(blobs.getContainerClient('durable-testhub'));
  const ran = async (name: string) =>
    (await Array.fromAsync(runs.listBlobsFlat({ prefix: `${name}/` }))).length;

  for (const step of ['first', 'c', 'inner-1']) {
    await start();
    await eventually(async () => (await ran(step)) > 0);
    await kill();
  }
  await start();
  await eventually(async () => (await store.read('whole'))?.value.status === 'Completed');

  const output = (await store.read('whole'))?.value.output ?? '';
  expect(JSON.parse(output)).toEqual(['first', ['a', 'b', 'c', 'd'], 'inner-2', 'last']);
  // What was under way is run again, what was done is not.
  expect(await ran('first')).toBe(2);
  expect(await ran('c')).toBeLessThanOrEqual(2);
  expect(await ran('last')).toBe(1);
});
