import * as df from 'durable-functions';
import { theApp } from '../shared/app/app.ts';
import { aliveIn } from '../shared/archive/runs/instances.ts';
import type { ConnectorRunInput } from '../shared/archive/runs/runMessages.ts';

df.app.activity('beginRun', {
  extraInputs: [df.input.durableClient()],
  handler: async (input: ConnectorRunInput, context) =>
    (await theApp()).beginRun(input, aliveIn(df.getClient(context))),
});
