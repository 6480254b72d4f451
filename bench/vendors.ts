import { fork } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import { type Measure, megabytes, runHost } from './measure.ts';

const settingsSchema = z.record(z.string(), z.string());

/** Memory is bounded, whatever the size of an export or a recording. */
export async function benchVendors(): Promise<Measure[]> {
  const recording = await peakFor('zoom');
  const bulk = await peakFor('ringcentral');
  const chat = await peakFor('skype');
  return [
    {
      name: 'peak memory of the host with a Zoom recording of 149 MB',
      ...{ value: recording, unit: 'MB', target: '< 256' },
    },
    {
      name: 'peak memory of the host with a RingCentral export of 1 GB',
      ...{ value: bulk, unit: 'MB', target: '< 256' },
    },
    {
      name: 'peak memory of the host with a Skype compliance file of 500 MB',
      ...{ value: chat, unit: 'MB', target: '< 256' },
    },
  ];
}

/** In megabytes. The simulation holds the whole export, and wants room for it. */
async function peakFor(vendor: string): Promise<number> {
  const execArgv = ['--max-old-space-size=8000'];
  const servers = fork('bench/vendorServers.ts', [vendor], { execArgv });
  try {
    const [said] = await once(servers, 'message');
    const until = new Date(Math.floor(Date.now() / 1000) * 1000);
    const from = new Date(until.getTime() - 60 * 60 * 1000);
    const settings = settingsSchema.parse(said);
    return megabytes((await runHost(settings, { from, to: until })).peakBytes);
  } finally {
    servers.disconnect();
  }
}
