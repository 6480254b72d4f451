import { describe, expect, it } from 'vitest';
import type { Person } from '../../../shared/archive/item.ts';
import type { Manifest } from '../../../shared/archive/manifests.ts';
import { type RoutingRules, route } from '../../../shared/archive/routing.ts';

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

const rules = (change: Partial<RoutingRules> = {}): RoutingRules => ({
  mailboxes: new Map([
    ['ada@example.com', { id: 'mbx-ada', address: 'ada@example.com' }],
    ['ada.alias@example.com', { id: 'mbx-ada', address: 'ada@example.com' }],
  ]),
  internalDomains: new Set(['example.com']),
  catchAll: undefined,
  withoutCatchAll: 'Set UNMAPPED_MAILBOX.',
  users: undefined,
  ...change,
});

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
        mailbox: 'archive@example.com',
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

  it('keeps out whom _USERS does not name, and counts them', () => {
    const users = new Set(['carl@example.com']);
    const routes = route(manifestFor([ada, bob]), rules({ users, catchAll }));
    expect(routes.orders).toEqual([]);
    expect(routes.excluded).toBe(2);
    expect(routes.failed).toEqual([]);
  });

  it('lets a whole domain through', () => {
    const routes = route(manifestFor([ada]), rules({ users: new Set(['example.com']) }));
    expect(mailboxesOf(routes)).toEqual(['mbx-ada']);
  });

  it('lets a person through by the address of the mailbox as well', () => {
    const alias = { id: 'ada-2', address: 'ada.alias@example.com' };
    const users = new Set(['ada@example.com']);
    expect(mailboxesOf(route(manifestFor([alias]), rules({ users })))).toEqual([
      'mbx-ada',
    ]);
  });
});
