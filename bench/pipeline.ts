import { loadWindow, readersPerRoom } from './load.ts';
import { type Measure, runHost, settingsOf, startServers } from './measure.ts';
import { sequentialSeconds } from './sequential.ts';

const latencyMs = 50;
const people = 60;
const messages = 2_000;
/** The sequential script is slow and steady: a part of its work tells its speed. */
const sequentialItems = 60;

/** Items a second from the vendor to the mailboxes, against a plain sequential script. */
export async function benchPipeline(): Promise<Measure[]> {
  const until = new Date(Math.floor(Date.now() / 1000) * 1000 - 1000);
  const servers = await startServers({ messages, people, until, latencyMs });
  try {
    const { seconds } = await runHost(settingsOf(servers), loadWindow(until));
    const { creates, graph, violations } = await servers.counts();
    if (violations.length > 0) throw new Error(violations.join('\n'));
    const copies = messages * readersPerRoom;
    if (creates !== copies) throw new Error(`${creates} creates for ${copies} copies.`);
    const sequential = await sequentialSeconds(servers.addresses, until, sequentialItems);
    const ratio = messages / seconds / (sequentialItems / sequential);
    return [
      {
        name: `items a second (${(messages / seconds).toFixed(0)}) to a sequential script`,
        value: ratio,
        unit: 'ratio',
        target: '≥ 10',
      },
      {
        name: 'Graph requests per imported email, sign-in and look-ups included',
        value: graph / copies,
        unit: 'requests',
        target: '≤ 1.05',
      },
    ];
  } finally {
    servers.stop();
  }
}
