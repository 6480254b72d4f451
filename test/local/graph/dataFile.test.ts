import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { addUser, createTenant } from '../../../local/graph/tenant.ts';
import { archivedMessage, clientOf, pathOf, start } from './client.ts';

const folders: string[] = [];
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graph-'));
  folders.push(folder);
});
afterAll(() => {
  for (const used of folders) rmSync(used, { recursive: true });
});

async function graphOnDisk() {
  const tenant = createTenant({ domains: ['example.com'] });
  const ada = addUser(tenant, { address: 'ada@example.com' });
  const graph = await start({ tenant, dataFile: join(folder, 'mail', 'graph.json') });
  return { graph, call: clientOf(graph), inbox: pathOf(ada, 'inbox') };
}

it('finds everything again at the next start', async () => {
  const first = await graphOnDisk();
  const { body } = await first.call(
    'POST',
    `${first.inbox}/messages`,
    archivedMessage('k1'),
  );
  await first.graph.close();

  const second = await graphOnDisk();
  await second.call('POST', `/users/ada@example.com/messages/${body.id}/move`, {
    DestinationId: 'archive',
  });

  expect(second.graph.mailbox('ada@example.com').messages).toMatchObject([
    { id: body.id, folder: 'Archive', sentAt: new Date('2026-03-04T10:00:00Z') },
  ]);
});

it('loses nothing that was answered before a kill', async () => {
  const killed = await graphOnDisk();
  const { body } = await killed.call(
    'POST',
    `${killed.inbox}/messages`,
    archivedMessage('k1'),
  );
  await killed.call('POST', `${killed.inbox}/messages`, archivedMessage('k2'));
  await killed.call('DELETE', `/users/ada@example.com/messages/${body.id}`);
  appendFileSync(join(folder, 'mail', 'graph.json.journal'), '{"userId":"half wri');

  const next = await graphOnDisk();

  expect(next.graph.mailbox('ada@example.com').messages).toMatchObject([
    { internetMessageId: '<k2@archive.example.com>' },
  ]);
});
