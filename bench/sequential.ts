import { performance } from 'node:perf_hooks';
import { z } from 'zod';
import { defaultCredentials } from '../local/webex/tokens.ts';
import { loadWindow } from './load.ts';
import type { Addresses } from './measure.ts';

const eventsSchema = z.object({
  items: z.array(z.object({ data: z.object({ id: z.string() }) })),
});
const messageSchema = z.object({
  roomId: z.string(),
  personEmail: z.string(),
  text: z.string(),
  created: z.string(),
});
const membersSchema = z.object({ items: z.array(z.object({ personEmail: z.string() })) });

/**
 * The plain script that somebody would write first: one request after the other, no ledger, no
 * retries, no archive. Returns the seconds that it takes for the first `items` messages.
 */
export async function sequentialSeconds(
  { webex, graph }: Addresses,
  until: Date,
  items: number,
): Promise<number> {
  const { from, to } = loadWindow(until);
  const token = await signIn(webex);
  const get = async <T>(url: string, schema: z.ZodType<T>): Promise<T> => {
    const headers = { authorization: `Bearer ${token}` };
    return schema.parse(await (await fetch(url, { headers })).json());
  };
  const query = new URLSearchParams({
    ...{ resource: 'messages', max: String(items) },
    ...{ from: from.toISOString(), to: to.toISOString() },
  });
  const members = new Map<string, string[]>();
  const start = performance.now();
  const events = await get(`${webex}/events?${query}`, eventsSchema);
  for (const { data } of events.items.slice(0, items)) {
    const message = await get(`${webex}/messages/${data.id}`, messageSchema);
    const { roomId } = message;
    const room =
      members.get(roomId) ??
      (await get(`${webex}/memberships?roomId=${roomId}`, membersSchema)).items.map(
        ({ personEmail }) => personEmail,
      );
    members.set(roomId, room);
    for (const address of room) await createMessage(graph, address, message);
  }
  return (performance.now() - start) / 1000;
}

async function signIn(webex: string): Promise<string> {
  const answer = await fetch(`${webex}/access_token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: defaultCredentials.clientId,
      client_secret: defaultCredentials.clientSecret,
      refresh_token: defaultCredentials.refreshToken,
    }),
  });
  return z.object({ access_token: z.string() }).parse(await answer.json()).access_token;
}

async function createMessage(
  graph: string,
  address: string,
  message: z.infer<typeof messageSchema>,
): Promise<void> {
  const url = `${graph}/users/${address}/mailFolders/inbox/messages`;
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: 'Bearer bench', 'content-type': 'application/json' },
    body: JSON.stringify({
      subject: 'Webex',
      body: { contentType: 'text', content: message.text },
      from: { emailAddress: { address: message.personEmail } },
      singleValueExtendedProperties: [
        { id: 'Integer 0x0E07', value: '1' },
        { id: 'SystemTime 0x0E06', value: message.created },
      ],
    }),
  });
  if (!answer.ok) throw new Error(`Graph answered ${answer.status}.`);
  await answer.arrayBuffer();
}
