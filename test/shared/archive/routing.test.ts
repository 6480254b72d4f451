import { describe, expect, it } from 'vitest';
import { orderEntries, planRoutes } from '../../../shared/archive/routing.ts';
import type { Person } from '../../../shared/archive/state/item.ts';
import type { Manifest, Routes } from '../../../shared/archive/state/manifests.ts';

const ada: Person = { id: 'ada', address: 'Ada@Example.com' };
const bob: Person = { id: 'bob', address: 'bob@example.com' };
const eve: Person = { id: 'eve', address: 'eve@elsewhere.org' };
const nameless: Person = { id: 'nameless' };
const catchAll = { id: 'mbx-archive', address: 'archive@example.com' };

const manifestFor = (people: Person[], audienceUnknown = false): Manifest => ({
  entries: [
    {
      key: 'k1',
      itemId: 'i1',
      event: 'created',
      at: '2026-11-20T10:00:00.000Z',
      emailPath: 'webex/k1/k1.eml',
      bytes: 10,
      sha256: 'ab',
      roster: 0,
      ...(audienceUnknown && { audienceUnknown }),
    },
  ],
  rosters: [people],
  rejects: [],
});

const rules = (change: Partial<Routes> = {}): Routes => ({
  mailboxes: {
    'ada@example.com': { id: 'mbx-ada', address: 'ada@example.com' },
    'ada.alias@example.com': { id: 'mbx-ada', address: 'ada@example.com' },
  },
  ...{ settled: {}, mappingVersion: '', internalDomains: ['example.com'] },
  withoutCatchAll: 'Set UNMAPPED_MAILBOX.',
  ...change,
});

/** The plan, with its orders as they are placed. */
function route(manifest: Manifest, routes: Routes) {
  const plan = planRoutes(manifest, routes);
  const orders = [...plan.orders.values()].map((planned) => ({
    mailboxId: planned.mailbox.id,
    entries: orderEntries(manifest, routes, planned).map(({ key, sourceUsers }) => ({
      ...{ key, sourceUsers },
    })),
  }));
  return { ...plan, orders };
}

const mailboxesOf = (routes: ReturnType<typeof route>) =>
  routes.orders.map((order) => order.mailboxId);

describe('routing a manifest', () => {
  it('gives a mailbox one copy, whatever the case of the address', () => {
    const routes = route(manifestFor([ada]), rules());
    expect(mailboxesOf(routes)).toEqual(['mbx-ada']);
    expect(routes.failed).toEqual([]);
  });

  it('gives one copy to a mailbox that two addresses lead to', () => {
    const alias = { id: 'ada-2', address: 'ada.alias@example.com' };
    const routes = route(manifestFor([ada, alias]), rules());
    expect(routes.orders).toHaveLength(1);
    expect(routes.orders[0]?.entries).toEqual([
      { key: 'k1', sourceUsers: ['ada', 'ada-2'] },
    ]);
  });

  it('counts people from outside as unmapped and not as a failure', () => {
    const routes = route(manifestFor([ada, eve, nameless]), rules());
    expect(routes.unmapped).toEqual(['eve', 'nameless']);
    expect(routes.failed).toEqual([]);
  });

  it('fails one copy for each of our people without a mailbox if there is no catch-all', () => {
    const routes = route(manifestFor([ada, bob]), rules());
    expect(mailboxesOf(routes)).toEqual(['mbx-ada']);
    expect(routes.failed).toMatchObject([{ key: 'k1', sourceUser: 'bob' }]);
    expect(routes.failed[0]?.reason).toContain('UNMAPPED_MAILBOX');
  });

  it('sends one copy to the catch-all for all of our people without a mailbox', () => {
    const carl = { id: 'carl', address: 'carl@example.com' };
    const routes = route(manifestFor([bob, carl]), rules({ catchAll }));
    expect(routes.orders).toEqual([
      {
        mailboxId: 'mbx-archive',
        entries: [{ key: 'k1', sourceUsers: ['bob', 'carl'] }],
      },
    ]);
  });

  it('sends what reaches nobody to the catch-all, and fails it without one', () => {
    expect(mailboxesOf(route(manifestFor([eve]), rules({ catchAll })))).toEqual([
      'mbx-archive',
    ]);
    const routes = route(manifestFor([eve]), rules());
    expect(routes.failed).toHaveLength(1);
    expect(route(manifestFor([]), rules()).failed).toHaveLength(1);
  });

  it('sends an item of unknown audience to the catch-all beside the author', () => {
    const routes = route(manifestFor([ada], true), rules({ catchAll }));
    expect(mailboxesOf(routes).sort()).toEqual(['mbx-ada', 'mbx-archive']);
  });

  it('takes memory by the people and not by people times items', () => {
    const crowd = Array.from({ length: 2_000 }, (_, n) => ({
      ...{ id: `p${n}`, address: `p${n}@example.com` },
    }));
    const mailboxes = Object.fromEntries(
      crowd.map(({ id, address }) => [address, { id, address }]),
    );
    const one = manifestFor(crowd);
    const [entry] = one.entries;
    if (!entry) throw new Error('The manifest is empty.');
    const entries = Array.from({ length: 1_000 }, (_, n) => ({ ...entry, key: `k${n}` }));
    const many: Manifest = { ...one, entries };
    const routes = rules({ mailboxes });
    const plan = planRoutes(many, routes);
    expect(plan.orders.size).toBe(crowd.length);
    const planned = plan.orders.get('p7');
    if (!planned) throw new Error('There is no order.');
    expect(planned.sourceUsers.size).toBe(1);
    expect(orderEntries(many, routes, planned)).toHaveLength(1_000);
  });

  it('sends somebody whose mailbox is settled there, whatever their address says', () => {
    const mailbox = { id: 'mbx-home', address: 'Home@example.com' };
    const settled = { 'ada|ada@example.com': { address: mailbox.address, mailbox } };
    expect(mailboxesOf(route(manifestFor([ada]), rules({ settled })))).toEqual([
      'mbx-home',
    ]);
    const other = { ...ada, id: 'another ada' };
    expect(mailboxesOf(route(manifestFor([other]), rules({ settled })))).toEqual([
      'mbx-ada',
    ]);
  });

  it('fails the copy of whom a mapping sends to no mailbox, catch-all or not', () => {
    const settled = { 'eve|eve@elsewhere.org': { address: 'nobody@example.com' } };
    const routes = route(manifestFor([eve]), rules({ settled, catchAll }));
    expect(routes.orders).toEqual([]);
    expect(routes.unmapped).toEqual([]);
    expect(routes.failed).toMatchObject([
      { sourceUser: 'eve', reason: expect.stringMatching(/mapping.*Correct/) },
    ]);
  });

  it('gives one copy to a mailbox that a mapping and an address lead to', () => {
    const mailbox = { id: 'mbx-ada', address: 'ada@example.com' };
    const settled = { 'eve|eve@elsewhere.org': { address: mailbox.address, mailbox } };
    const routes = route(manifestFor([ada, eve]), rules({ settled }));
    expect(routes.orders).toEqual([
      { mailboxId: 'mbx-ada', entries: [{ key: 'k1', sourceUsers: ['ada', 'eve'] }] },
    ]);
  });

  it('keeps out whom _USERS does not name, and counts them', () => {
    const users = ['carl@example.com'];
    const routes = route(manifestFor([ada, bob]), rules({ users, catchAll }));
    expect(routes.orders).toEqual([]);
    expect(routes.excluded).toBe(2);
    expect(routes.failed).toEqual([]);
  });

  it('lets a whole domain through', () => {
    const routes = route(manifestFor([ada]), rules({ users: ['example.com'] }));
    expect(mailboxesOf(routes)).toEqual(['mbx-ada']);
  });

  it('lets a person through by the address of the mailbox as well', () => {
    const alias = { id: 'ada-2', address: 'ada.alias@example.com' };
    const users = ['ada@example.com'];
    expect(mailboxesOf(route(manifestFor([alias]), rules({ users })))).toEqual([
      'mbx-ada',
    ]);
  });
});
