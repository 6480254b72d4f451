import { startAzurite } from '../local/azurite.ts';
import { startSimulatedGraph } from '../local/graph/simulatedGraph.ts';
import { startSimulatedWebex } from '../local/webex/server.ts';
import { createLoad, type LoadOptions } from './load.ts';

/** What the process that is measured talks to; each number is a request count. */
export interface Counts {
  creates: number;
  graph: number;
  violations: string[];
}

/** A process of its own, so that its memory and its work are not the host's. */
const [messages, people, until, latencyMs, fileBytes] = process.argv.slice(2).map(Number);
const options: LoadOptions = {
  messages: messages ?? 0,
  people: people ?? 0,
  until: new Date(until ?? 0),
  fileBytes: fileBytes ?? 0,
};
const { world, tenant } = createLoad(options);
const latency = latencyMs ? { latencyMs } : {};
const azurite = await startAzurite();
const webex = await startSimulatedWebex({ world, ...latency });
const graph = await startSimulatedGraph({ tenant, token: 'bench', ...latency });

process.on('message', () => {
  const counts: Counts = {
    creates: graph.requests.routes.createMessage ?? 0,
    graph: graph.requests.total,
    violations: [...webex.violations, ...graph.violations],
  };
  process.send?.(counts);
});
process.on('disconnect', () => process.exit(0));
process.send?.({
  storage: azurite.connectionString,
  webex: webex.baseUrl,
  graph: graph.baseUrl,
});
