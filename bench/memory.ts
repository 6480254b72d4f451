import { loadWindow } from './load.ts';
import { type Measure, megabytes, runHost, settingsOf, startServers } from './measure.ts';

const people = 40;
/** The largest that a message of 150 MB holds, with its text. */
const filmBytes = 149 * 1024 * 1024;

/** Memory is bounded, whatever the size of a run: the peak of ten times the items. */
export async function benchMemory(): Promise<Measure[]> {
  const film = await peakFor(20, filmBytes);
  const small = await peakFor(2_000);
  const large = await peakFor(20_000);
  return [
    {
      name: 'peak memory of the host with a file of 149 MB for three mailboxes',
      ...{ value: megabytes(film), unit: 'MB', target: '< 256' },
    },
    {
      name: `peak memory for 20,000 items (${megabytes(large)} MB) to 2,000 (${megabytes(small)} MB)`,
      value: large / small,
      unit: 'ratio',
      target: '≤ 1.3',
    },
  ];
}

async function peakFor(messages: number, fileBytes = 0): Promise<number> {
  const until = new Date(Math.floor(Date.now() / 1000) * 1000 - 1000);
  const servers = await startServers({
    ...{ messages, people, until, fileBytes, latencyMs: 0 },
  });
  try {
    return (await runHost(settingsOf(servers), loadWindow(until))).peakBytes;
  } finally {
    servers.stop();
  }
}
