import { describe, expect, it } from 'vitest';
import {
  type EarlierPage,
  selectFailed,
  selectMapped,
} from '../../../../shared/archive/again/selectAgain.ts';
import type { Person } from '../../../../shared/archive/state/item.ts';
import type { Manifest, Routes } from '../../../../shared/archive/state/manifests.ts';
import type { OpenLogRow } from '../../../../shared/status/itemLog.ts';

const runId = '20261120T120000Z-0001';
const ada: Person = { id: 'ada', address: 'ada@example.com' };
const eve: Person = { id: 'eve', address: 'eve@elsewhere.org' };
const bob: Person = { id: 'bob', address: 'bob@example.com' };
const mailboxOf = (id: string) => ({ id: `mbx-${id}`, address: `${id}@example.com` });
const catchAll = mailboxOf('all');

/** Two items for the same people. */
function earlier(
  people: Person[],
  change: Partial<Routes> = {},
  rows: OpenLogRow[] = [],
): EarlierPage {
  const entries = ['k1', 'k2'].map((key) => ({
    ...{ key, itemId: key, event: 'created' as const, at: '2026-11-20T10:00:00.000Z' },
    ...{ emailPath: `webex/${key}.eml`, bytes: 1, sha256: 'ab', roster: 0 },
    audienceUnknown: true,
  }));
  const routes = {
    ...{ mailboxes: { 'ada@example.com': mailboxOf('ada') }, settled: {} },
    ...{ internalDomains: ['example.com'], mappingVersion: '', withoutCatchAll: '' },
    ...change,
  };
  return { manifest: { entries, rosters: [people], rejects: [] }, routes, rows };
}

const failedRow = (key: string, whose: string, mailbox = ''): OpenLogRow => ({
  ...{ runId, row: `${key}|${whose}`, key, whose, page: 0, mailbox, emailPath: 'x' },
  ...{ sourceUserId: whose === '-' ? undefined : whose, sourceAddress: undefined },
});
const mapping = {
  ...{ runId, people: new Set(['eve', 'bob', 'ada']) },
  mailboxFor: () => 'home@example.com',
};

/** Which people are to find a mailbox for which item. */
const wanted = ({ entries, rosters }: Manifest) =>
  entries.map(({ key, roster }) => [key, rosters[roster]?.map(({ id }) => id)]);
const refsOf = ({ entries }: Manifest) =>
  entries.flatMap(({ resolves }) =>
    (resolves ?? []).map(({ sourceUser, row }) => [sourceUser, row]),
  );

describe('what a new mapping delivers', () => {
  it('is what people without a mailbox should have got, and not to the catch-all', () => {
    const selected = selectMapped(earlier([eve, ada]), mapping);
    expect(wanted(selected)).toEqual([
      ['k1', ['eve']],
      ['k2', ['eve']],
    ]);
    expect(selected.entries.some((entry) => entry.audienceUnknown)).toBe(false);
    expect(refsOf(selected)[0]).toEqual(['eve', 'unmapped|eve']);
  });

  it('is not what reached them by another address', () => {
    const other = { id: 'ada', address: 'ada@elsewhere.org' };
    expect(wanted(selectMapped(earlier([ada, other]), mapping))).toEqual([]);
  });

  it('is what went to the catch-all in their stead', () => {
    const selected = selectMapped(earlier([bob], { catchAll }), mapping);
    expect(wanted(selected)).toContainEqual(['k1', ['bob']]);
  });

  it('is what nobody got, and then that is resolved too', () => {
    const page = earlier([eve], {}, [failedRow('k1', '-')]);
    expect(refsOf(selectMapped(page, mapping))).toContainEqual(['eve', 'k1|-']);
  });

  it('is not what they have got since', () => {
    const page = earlier([bob], {}, [failedRow('k2', 'bob')]);
    const selected = selectMapped(page, { ...mapping, people: new Set() });
    expect(wanted(selected)).toEqual([['k2', ['bob']]]);
  });

  it('is not what _USERS keeps out', () => {
    const page = earlier([bob], { users: ['ada@example.com'] });
    expect(wanted(selectMapped(page, mapping))).toEqual([]);
  });

  it('is not what failed in a mailbox that somebody has', () => {
    const row = { ...failedRow('k1', 'mbx-ada', 'ada@example.com'), sourceUserId: 'ada' };
    expect(wanted(selectMapped(earlier([ada], {}, [row]), mapping))).toEqual([]);
  });
});

describe('what a replay tries again', () => {
  it('is for those whom the mailbox where it failed belongs to', () => {
    const page = earlier([ada, bob], {}, [failedRow('k1', 'mbx-ada', 'ada@example.com')]);
    const selected = selectFailed(page);
    expect(wanted(selected)).toEqual([['k1', ['ada']]]);
    expect(refsOf(selected)).toEqual([['ada', 'k1|mbx-ada']]);
  });

  it('is for those in whose stead the catch-all should have got it', () => {
    const row = failedRow('k1', 'mbx-all', 'all@example.com');
    const selected = selectFailed(earlier([ada, bob], { catchAll }, [row]));
    expect(wanted(selected)).toEqual([['k1', ['bob']]]);
  });

  it('goes to the catch-all alone where it failed there for nobody in particular', () => {
    const rows = [
      failedRow('k1', 'mbx-all', 'all@example.com'),
      failedRow('k2', 'mbx-ada', 'ada@example.com'),
    ];
    const selected = selectFailed(earlier([ada], { catchAll }, rows));
    expect(wanted(selected)).toEqual([
      ['k1', []],
      ['k2', ['ada']],
    ]);
    expect(selected.entries.map((entry) => entry.audienceUnknown)).toEqual([
      true,
      undefined,
    ]);
    expect(refsOf(selected)).toContainEqual(['', 'k1|mbx-all']);
  });

  it('looks for a mailbox where there was none', () => {
    const rows = [failedRow('k1', 'bob'), failedRow('k2', '-')];
    const selected = selectFailed(earlier([eve, bob], {}, rows));
    expect(wanted(selected)).toEqual([
      ['k1', ['bob']],
      ['k2', ['eve', 'bob']],
    ]);
    expect(refsOf(selected)).toContainEqual(['', 'k2|-']);
  });

  it('is only what is asked for', () => {
    const page = earlier([bob], {}, [failedRow('k1', 'bob')]);
    expect(wanted(selectFailed(page, new Set(['k2'])))).toEqual([]);
  });

  it('resolves what the copy before it was to resolve', () => {
    const page = earlier([bob], {}, [failedRow('k1', 'bob')]);
    const [entry] = page.manifest.entries;
    if (!entry) throw new Error('The manifest is empty.');
    const before = { runId: 'first', row: 'k1|bob' };
    entry.resolves = [
      { ...before, sourceUser: 'bob' },
      { ...before, sourceUser: 'eve' },
    ];
    const [again] = selectFailed(page).entries;
    expect(again?.resolves?.map(({ runId: of, sourceUser }) => [of, sourceUser])).toEqual(
      [
        ['first', 'bob'],
        [runId, 'bob'],
      ],
    );
  });
});
