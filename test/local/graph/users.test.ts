import { describe, expect, it } from 'vitest';
import { addUser, createTenant } from '../../../local/graph/tenant.ts';
import { type Answer, clientOf, start, valuesOf } from './client.ts';

const advanced = { ConsistencyLevel: 'eventual' };

async function directory() {
  const tenant = createTenant({ domains: ['example.com', 'example.org'] });
  const ada = addUser(tenant, {
    name: 'Ada Lovelace',
    address: 'ada@example.com',
    aliases: ['countess@example.org'],
    otherMails: ['ada@home.test'],
    imAddresses: ['ada@im.example.com'],
  });
  const obrien = addUser(tenant, { name: 'O’Brien', address: "o'brien@example.com" });
  const guest = addUser(tenant, { address: 'gus@partner.test', guest: true });
  const graph = await start({ tenant });
  const call = clientOf(graph);
  const find = (filter: string, headers: Record<string, string> = {}, more = '') =>
    call(
      'GET',
      `/users?$filter=${encodeURIComponent(filter)}${more}`,
      undefined,
      headers,
    );
  return { graph, call, find, ada, obrien, guest };
}

const idsOf = (answer: Answer) => valuesOf(answer).map(({ id }) => id);

it('lists the verified domains of the organisation', async () => {
  const { call } = await directory();
  const answer = await call('GET', '/organization?$select=verifiedDomains');
  expect(valuesOf(answer)[0]?.verifiedDomains).toMatchObject([
    { name: 'example.com', isDefault: true },
    { name: 'example.org' },
  ]);
});

describe('finding users', () => {
  it.each([
    "mail eq 'ADA@example.com'",
    "userPrincipalName in ('nobody@example.com', 'ada@example.com')",
    "startswith(mail, 'ada@')",
    "proxyAddresses/any(x:x eq 'smtp:countess@example.org')",
    "proxyAddresses/any(address: address eq 'SMTP:ada@example.com')",
    "otherMails/any(m:m eq 'ada@home.test')",
    "imAddresses/any(i:i eq 'ada@im.example.com')",
    "(mail eq 'x@y.z' or mail eq 'ada@example.com') and userType eq 'Member'",
  ])('works by %s', async (filter) => {
    const { find, ada, graph } = await directory();
    expect(idsOf(await find(filter))).toEqual([ada.id]);
    expect(graph.violations).toEqual([]);
  });

  it('doubles quotes inside of quotes', async () => {
    const { find, obrien } = await directory();
    expect(idsOf(await find("mail eq 'o''brien@example.com'"))).toEqual([obrien.id]);
    expect((await find("mail eq 'o'brien@example.com'")).status).toBe(400);
  });

  it('tells the primary address from an alias by the case of the prefix', async () => {
    const { find } = await directory();
    const filter = "proxyAddresses/any(x:x eq 'smtp:ada@example.com')";
    expect(idsOf(await find(filter))).toEqual([]);
  });

  it('wants the eventual consistency level and a count for advanced operators', async () => {
    const { find, ada, obrien } = await directory();
    const filter = "not(userType eq 'Guest')";

    expect((await find(filter)).code).toBe('Request_UnsupportedQuery');
    expect((await find(filter, advanced)).code).toBe('Request_UnsupportedQuery');
    const answer = await find(filter, advanced, '&$count=true');

    expect(idsOf(answer)).toEqual([ada.id, obrien.id]);
    expect(answer.body['@odata.count']).toBe(2);
  });

  it('takes fifteen alternatives, and more only in advanced queries', async () => {
    const { find, graph, ada } = await directory();
    const alternatives = (count: number) =>
      `mail in (${Array.from({ length: count }, (_, n) => `'a${n}@b.c'`).join(',')})`;

    expect((await find(alternatives(15))).status).toBe(200);
    expect((await find(alternatives(16))).code).toBe('Request_UnsupportedQuery');
    const mixed = `${alternatives(15)} or mail eq '${ada.mail}'`;
    expect((await find(mixed)).code).toBe('Request_UnsupportedQuery');
    expect(idsOf(await find(mixed, advanced, '&$count=true'))).toEqual([ada.id]);
    expect((await find(alternatives(300), advanced, '&$count=true')).status).toBe(400);
    expect(graph.violations).toHaveLength(3);
  });

  it.each([
    "jobTitle eq 'x'",
    "contains(mail, 'ada')",
    "proxyAddresses/any(x:x in ('smtp:a@b.c'))",
    'mail eq',
    "mail eq 'a' trailing",
  ])('refuses %s', async (filter) => {
    const { find } = await directory();
    expect((await find(filter)).status).toBe(400);
  });

  it('notices a filter that was not encoded', async () => {
    const { call, graph } = await directory();
    await call('GET', "/users?$filter=mail eq 'ada@example.com'");
    expect(graph.violations).toEqual(['an unencoded $filter on listUsers']);
  });
});

it('pages by links, with at most 999 users a page', async () => {
  const { call } = await directory();

  const first = await call('GET', '/users?$top=2&$select=id');
  const second = await call('GET', String(first.body['@odata.nextLink']));

  expect(valuesOf(first)).toHaveLength(2);
  expect(valuesOf(second)).toHaveLength(1);
  expect(Object.keys(valuesOf(second)[0] ?? {})).toEqual(['id']);
  expect(second.body['@odata.nextLink']).toBeUndefined();
  expect((await call('GET', '/users?$top=1000')).status).toBe(400);
});

it('shows addresses only where they are selected', async () => {
  const { call, ada } = await directory();
  const bare = await call('GET', '/users/ada@example.com');
  const full = await call('GET', `/users/${ada.id}?$select=proxyAddresses,otherMails`);
  expect(bare.body).not.toHaveProperty('proxyAddresses');
  expect(full.body).toMatchObject({
    proxyAddresses: ['SMTP:ada@example.com', 'smtp:countess@example.org'],
    otherMails: ['ada@home.test'],
  });
});

it('knows a user by id and principal name, not by an alias', async () => {
  const { call, guest } = await directory();
  const name = encodeURIComponent(guest.userPrincipalName);
  expect((await call('GET', `/users/${name}?$select=userType`)).body.userType).toBe(
    'Guest',
  );
  expect((await call('GET', '/users/countess@example.org')).code).toBe(
    'Request_ResourceNotFound',
  );
});

it('has no mailbox for guests', async () => {
  const { call, guest } = await directory();
  const inbox = await call('GET', `/users/${guest.id}/mailFolders/inbox?$select=id`);
  expect(inbox.status).toBe(404);
  expect(inbox.code).toBe('MailboxNotEnabledForRESTAPI');
  const nobody = await call('GET', '/users/nobody@example.com/mailFolders/inbox');
  expect(nobody.code).toBe('ErrorInvalidUser');
});
