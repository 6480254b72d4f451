import { app } from '@azure/functions';
import * as df from 'durable-functions';
import { run } from '../probe.ts';

for (const name of ['work', 'double', 'flaky']) {
  df.app.activity(name, { handler: (input: unknown) => run(name, input) });
}

const retry = () => new df.RetryOptions(20, 3);

df.app.orchestration('chain', function* (context) {
  const input = context.df.getInput<unknown>();
  const first: unknown = yield context.df.callActivity('work', input);
  return yield context.df.callActivity('work', first);
});

df.app.orchestration('fanOut', function* (context) {
  const count = context.df.getInput<number>();
  const tasks = Array.from({ length: count }, (_, n) =>
    context.df.callActivity('double', n),
  );
  context.df.setCustomStatus({ total: count });
  return yield context.df.Task.all(tasks);
});

df.app.orchestration('retries', function* (context) {
  try {
    return yield context.df.callActivityWithRetry('flaky', retry(), 'x');
  } catch (error) {
    return `caught: ${error instanceof Error ? error.message : ''}`;
  }
});

df.app.orchestration('parallelRetries', function* (context) {
  const tasks = ['a', 'b', 'c'].map((name) =>
    context.df.callActivityWithRetry('flaky', retry(), name),
  );
  const results: unknown = yield context.df.Task.all(tasks);
  const last: unknown = yield context.df.callActivity('work', results);
  return last;
});

df.app.orchestration('parent', function* (context) {
  const { id } = context.df.getInput<{ id?: string }>();
  const child = context.df.callSubOrchestrator('chain', 'child', id);
  const other = context.df.callSubOrchestratorWithRetry('flakyChild', retry(), 7);
  return yield context.df.Task.all([child, other]);
});

df.app.orchestration('flakyChild', function* (context) {
  return yield context.df.callActivity('flaky', context.df.getInput());
});

df.app.orchestration('counter', function* (context) {
  const { left, sum } = context.df.getInput<{ left: number; sum: number }>();
  if (left === 0) return sum;
  const next = (yield context.df.callActivity('double', left)) as number;
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 10));
  context.df.continueAsNew({ left: left - 1, sum: sum + next });
  return undefined;
});

df.app.orchestration('eventOrTimeout', function* (context) {
  const ms = context.df.getInput<number>();
  const timeout = context.df.createTimer(
    new Date(context.df.currentUtcDateTime.getTime() + ms),
  );
  const approval = context.df.waitForExternalEvent('approval');
  const winner: unknown = yield context.df.Task.any([approval, timeout]);
  if (winner === timeout) return 'timeout';
  timeout.cancel();
  return ['approved', approval.result];
});

df.app.orchestration('twoEvents', function* (context) {
  const first: unknown = yield context.df.waitForExternalEvent('a');
  yield context.df.callActivity('work', 'between');
  const second: unknown = yield context.df.waitForExternalEvent('b');
  return [first, second];
});

let coin = 0;
df.app.orchestration('coin', function* (context) {
  coin++;
  yield context.df.callActivity('work', coin);
  return yield context.df.callActivity('work', 'done');
});

df.app.orchestration('halfFailed', function* (context) {
  const tasks = ['good', 'bad'].map((name) =>
    context.df.callActivityWithRetry(
      'flaky',
      new df.RetryOptions(20, name === 'bad' ? 1 : 5),
      name,
    ),
  );
  try {
    yield context.df.Task.all(tasks);
  } catch {
    return yield context.df.callActivity('work', 'after');
  }
  return 'all good';
});

df.app.orchestration('throws', function* (context) {
  yield context.df.callActivity('work', 1);
  throw new Error('no more');
});

df.app.orchestration('throwsNothing', function* (context) {
  yield context.df.callActivity('work', 1);
  throw '';
});

df.app.orchestration('slow', function* (context) {
  const first: unknown = yield context.df.callActivity('work', 'first');
  const second: unknown = yield context.df.callActivity('flaky', 'second');
  yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 50));
  return [first, second];
});

app.http('client', {
  methods: ['POST'],
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const [verb, id = '', name = '', value] = (await request.json()) as string[];
    const options = { showInput: true, showHistory: true };
    const calls: Record<string, () => Promise<unknown>> = {
      start: () => client.startNew(name, { instanceId: id, input: value }),
      status: () => client.getStatus(id, options),
      all: () => client.getStatusAll(),
      raise: () => client.raiseEvent(id, name, value),
      terminate: () => client.terminate(id, name),
      purge: () => client.purgeInstanceHistory(id),
    };
    try {
      return { jsonBody: { result: (await calls[verb ?? '']?.()) ?? null } };
    } catch (error) {
      return { jsonBody: { error: error instanceof Error ? error.message : '' } };
    }
  },
});
