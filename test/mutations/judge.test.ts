import { describe, expect, test } from 'vitest';
import type { ArchiveItem } from '../../shared/archive/state/item.ts';
import type { Connector, PageResult } from '../../shared/connectors/connector.ts';
import { openBench, runCampaign } from './campaign.ts';
import { stranger } from './oddities.ts';
import type { MutationSubject } from './subject.ts';
import { webexMutations } from './subjects/webex.ts';

type Page = Extract<PageResult, { kind: 'page' }>;

/** A connector with a defect, tried as all others are, but for what it reads without mutations. */
async function faultsOf(
  spoil: (connector: Connector) => Connector,
  cases = 5,
): Promise<string[]> {
  let isSpoilt = false;
  const { type } = webexMutations;
  const create: typeof type.create = (settings, deps) => {
    const connector = type.create(settings, deps);
    return isSpoilt ? spoil(connector) : connector;
  };
  const subject: MutationSubject = { ...webexMutations, type: { ...type, create } };
  const bench = await openBench(subject);
  isSpoilt = true;
  const { failures } = await runCampaign(bench, 'judge', Array(cases).keys());
  return failures.flatMap(({ faults }) => faults);
}

const withPages =
  (change: (page: Page) => Page) =>
  (connector: Connector): Connector => ({
    ...connector,
    async fetchPage(request) {
      const result = await connector.fetchPage(request);
      return result.kind === 'page' ? change(result) : result;
    },
  });

const withItems =
  (change: (item: ArchiveItem) => ArchiveItem) =>
  (connector: Connector): Connector => ({
    ...connector,
    convert: (...given) => change(connector.convert(...given)),
  });

describe('the judge of mutated samples finds a connector that', () => {
  test('passes over what it can not read', async () => {
    const faults = await faultsOf(
      withPages((page) => ({ ...page, rejects: [] })),
      40,
    );
    expect(faults).toContainEqual(expect.stringContaining('no trace of'));
  });

  test('loses an item that nobody touched', async () => {
    const faults = await faultsOf(
      withPages((page) => ({ ...page, records: page.records.slice(1) })),
    );
    expect(faults).toContainEqual(expect.stringContaining('was not touched'));
  });

  test('forgets a gap', async () => {
    const faults = await faultsOf(withPages((page) => ({ ...page, gaps: [] })));
    expect(faults).toContainEqual(expect.stringContaining('no trace of'));
  });

  test('gives a message to a stranger', async () => {
    const eve = { id: 'eve', address: stranger };
    const faults = await faultsOf(
      withItems((item) => ({ ...item, participants: [...item.participants, eve] })),
    );
    expect(faults).toContainEqual(expect.stringContaining(`${stranger} got`));
  });

  test('leaves somebody out without a word', async () => {
    const faults = await faultsOf(
      withItems((item) => ({ ...item, participants: item.participants.slice(1) })),
    );
    expect(faults).toContainEqual(expect.stringContaining('did not get'));
  });

  test('leaves a text out without a word', async () => {
    const faults = await faultsOf(
      withItems(({ html: _, ...item }) => ({ ...item, text: '', notes: [] })),
    );
    expect(faults).toContainEqual(expect.stringContaining('is empty'));
  });

  test('throws what no connector may throw', async () => {
    const faults = await faultsOf((connector) => ({
      ...connector,
      fetchPage: async () => JSON.parse('{"half":'),
    }));
    expect(faults).toContainEqual(expect.stringContaining('it crashed'));
  });
});
