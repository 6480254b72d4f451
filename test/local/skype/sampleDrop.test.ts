import { describe, expect, it } from 'vitest';
import { sampleDrop, samplePeople } from '../../../local/skype/sampleDrop.ts';
import {
  addressesOf,
  itemSaying,
  now,
  openBench,
} from '../../shared/connectors/skype/harness.ts';

async function read() {
  const bench = openBench();
  for (const { path, content } of sampleDrop(now)) bench.drop.put(path, content);
  return { bench, ...(await bench.run()) };
}

describe('the sample drop', () => {
  it('is archived without anything left over', async () => {
    const { bench, rejects, items, available } = await read();
    expect(rejects).toEqual([]);
    expect(bench.pipeline.gaps.size).toBe(0);
    expect(items.flatMap(({ missing }) => missing)).toEqual([]);
    expect(items.length).toBe(available);
    expect(items.length).toBeGreaterThan(18);
    expect(items.filter(({ event }) => event === 'edited')).toHaveLength(1);
    expect(items.flatMap(({ files }) => files)).toHaveLength(4);
    expect((await bench.run()).available).toBe(0);
  });

  it('has joins in files that come after what was said', async () => {
    const { items } = await read();
    const morning = itemSaying(items, 'Morning. The book is flat.');
    expect(addressesOf(morning)).toHaveLength(4);
    expect(addressesOf(itemSaying(items, 'Done at 101,24.'))).not.toContain(
      'jane@example.com',
    );
    expect(itemSaying(items, 'Noon?').conversation.name).toBe(
      'Chat room 402 (example.com)',
    );
    expect(itemSaying(items, 'Today’s menü is up. ☕')).toBeDefined();
  });

  it('is about people who are known to the mailboxes, or from outside', async () => {
    const { items } = await read();
    const known = new Set(samplePeople().map(({ address }) => address));
    for (const address of items.flatMap(addressesOf)) expect(known).toContain(address);
    expect(samplePeople().filter(({ internal }) => !internal)).toHaveLength(2);
  });

  it('is the same for the same time', () => {
    expect(sampleDrop(now)).toEqual(sampleDrop(now));
  });
});
