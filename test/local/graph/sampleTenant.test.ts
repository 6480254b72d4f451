import { expect, it } from 'vitest';
import { catchAll, sampleTenant } from '../../../local/graph/sampleTenant.ts';
import { clientOf, start, valuesOf } from './client.ts';

const people = ['ada', 'bob', 'cleo', 'dan'].map((name) => ({
  id: name,
  name,
  address: `${name}@example.com`,
  internal: name !== 'dan',
}));

it('has an alias, somebody without a mailbox, and a catch-all', async () => {
  const graph = await start({ tenant: sampleTenant(people) });
  const call = clientOf(graph);
  const filter = encodeURIComponent("proxyAddresses/any(x:x eq 'smtp:ada@example.com')");
  const inbox = (user: string) => call('GET', `/users/${user}/mailFolders/inbox`);

  const known = valuesOf(await call('GET', `/users?$filter=${filter}&$select=mail`));

  expect(known).toMatchObject([{ mail: 'primary.ada@example.com' }]);
  expect((await inbox('bob@example.com')).status).toBe(200);
  expect((await inbox('cleo@example.com')).code).toBe('MailboxNotEnabledForRESTAPI');
  expect((await inbox(catchAll)).status).toBe(200);
  expect((await inbox('dan@example.com')).code).toBe('ErrorInvalidUser');
});
