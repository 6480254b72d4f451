import { setTimeout as delay } from 'node:timers/promises';
import { BlobServiceClient } from '@azure/storage-blob';
import * as df from 'durable-functions';

const runs = BlobServiceClient.fromConnectionString(
  process.env.AzureWebJobsStorage ?? '',
).getContainerClient('runs');

df.app.activity('step', {
  handler: async (input: string) => {
    await runs.getBlockBlobClient(`${input}/${crypto.randomUUID()}`).upload('', 0);
    await delay(100);
    return input;
  },
});

df.app.orchestration('whole', function* (context) {
  const done: unknown[] = [];
  done.push(yield context.df.callActivity('step', 'first'));
  const parts = ['a', 'b', 'c', 'd'].map((name) => context.df.callActivity('step', name));
  done.push(yield context.df.Task.all(parts));
  done.push(yield context.df.callSubOrchestrator('part', 'inner'));
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 300));
  done.push(yield context.df.callActivity('step', 'last'));
  return done;
});

df.app.orchestration('part', function* (context) {
  const input = context.df.getInput<string>();
  yield context.df.callActivity('step', `${input}-1`);
  return yield context.df.callActivity('step', `${input}-2`);
});
