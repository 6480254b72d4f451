import { describe, expect, it } from 'vitest';
import type {
  ItemRef,
  OpenGap,
  SourceRecord,
} from '../../../../shared/connectors/connector.ts';
import { WaitUntil } from '../../../../shared/connectors/http/vendorFaults.ts';
import { gapsAfter, retryTogether } from '../../../../shared/connectors/page/openGaps.ts';
import { createPageDraft } from '../../../../shared/connectors/page/pageDraft.ts';
import {
  type ListPlace,
  takeListed,
} from '../../../../shared/connectors/page/takeListed.ts';
import { createFakeClock } from '../fakes.ts';

const start = new Date('2026-03-01T00:00:00Z');
const hour = 3_600_000;
const pause = new WaitUntil(new Date(start.getTime() + hour));

const gapOf = (object: string, firstSeenAt = start): OpenGap => ({
  ...{ object, itemId: object, reason: 'Not now.', retry: {} },
  ...{ attempts: 1, firstSeenAt, expired: false },
});

const recordOf = (key: string, event: SourceRecord['event'] = 'created') => ({
  ...{ key, itemId: key, at: start.toISOString(), event, raw: {}, files: [] },
});

/** A page with room for three, of a source in which these keys have been seen before. */
function pageWith({ known = [] as string[], gaps = [] as OpenGap[], bytes = 1e6 } = {}) {
  const clock = createFakeClock(start);
  const asked: string[] = [];
  const page = createPageDraft(
    {
      ...{ page: 'webex/run/1', runId: 'run', cursor: undefined, readFrom: start },
      window: { from: start, to: new Date(start.getTime() + hour) },
      limits: { items: 3, bytes, until: new Date(start.getTime() + hour) },
      gaps,
      async sift(listed: ItemRef[]) {
        asked.push(...listed.map(({ key }) => key));
        return new Set(asked.filter((key) => !known.includes(key)));
      },
      recall: async () => undefined,
    },
    clock,
  );
  return { page, clock, asked };
}

const listOf = (...keys: string[]) =>
  keys.map((key) => ({ key, at: start.toISOString(), mark: `mark of ${key}` }));

describe('a page under construction', () => {
  it('is never full before something was done', () => {
    const { page, clock } = pageWith({ bytes: 0 });
    clock.advance(2 * hour);
    expect(page.isFull()).toBe(false);
    page.touch();
    expect(page.isFull()).toBe(true);
  });

  it.each([
    ['items', (add: (key: string) => void) => ['a', 'b', 'c'].forEach(add)],
    ['bytes', (add: (key: string) => void) => add('a'.repeat(2000))],
  ])('is full by %s', (_, fill) => {
    const { page } = pageWith({ bytes: 1000 });
    fill((key) => page.add({ record: recordOf(key) }));
    expect(page.isFull()).toBe(true);
  });

  it('is full by what its records share', () => {
    const { page } = pageWith({ bytes: 1000 });
    page.touch();
    page.weigh(1000);
    expect(page.isFull()).toBe(true);
  });

  it('has items of one millisecond in the order of the list, and changes last', async () => {
    const { page } = pageWith();
    await page.freshOf(listOf('c', 'b', 'a'));
    page.add({ record: recordOf('c', 'edited') });
    page.add({ record: recordOf('a') });
    page.add({ record: recordOf('b') });
    const { records } = page.close({}, undefined);
    expect(records.map(({ key }) => key)).toEqual(['b', 'a', 'c']);
  });

  it('asks for each item once, however often it is listed', async () => {
    const { page, asked } = pageWith({ known: ['b'] });
    const fresh = await page.freshOf(listOf('a', 'b', 'a'));
    expect(fresh.map(({ key }) => key)).toEqual(['a']);
    expect(await page.freshOf(listOf('a'))).toEqual([]);
    expect(asked).toEqual(['a', 'b']);
  });

  it('has one gap for one thing, the latest', () => {
    const { page } = pageWith();
    page.leave({ object: 'x', itemId: 'x', reason: 'first', retry: 1 });
    page.leave({ object: 'x', itemId: 'x', reason: 'second', retry: 2 });
    expect(page.close({}, undefined).gaps).toMatchObject([{ reason: 'second' }]);
  });
});

describe('the last word on a gap counts', () => {
  const gap = { object: 'x', itemId: 'x', reason: 'Not now.', retry: {} };

  it('where it was left again after it had ended', () => {
    const { page } = pageWith({ gaps: [gapOf('x')] });
    page.resolve('x', true);
    page.leave(gap);
    expect(page.close({}, undefined)).toMatchObject({
      ...{ gaps: [gap], resolvedGaps: [], givenUpGaps: [] },
    });
    expect(page.openGaps()).toHaveLength(1);
  });

  it('where it ended after it had been left', () => {
    const { page } = pageWith({ gaps: [gapOf('x')] });
    page.leave(gap);
    page.resolve('x', false);
    expect(page.close({}, undefined)).toMatchObject({ gaps: [], resolvedGaps: ['x'] });
  });
});

describe('a list that is longer than a page', () => {
  it('goes on where the page before has left off, and counts nothing twice', async () => {
    const list = listOf('a', 'b', 'c', 'd', 'e');
    const taken: string[] = [];
    let place: ListPlace = {};
    const counted: string[] = [];
    for (let isThrough = false; !isThrough; ) {
      const { page, asked } = pageWith({ known: counted });
      isThrough = await takeListed(
        page,
        list,
        place,
        async ({ key }) => {
          taken.push(key);
          page.add({ record: recordOf(key) });
        },
        (to) => {
          place = to;
        },
      );
      counted.push(...asked);
    }
    expect(taken).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(counted).toEqual(taken);
  });

  it('owes what a pause has kept from being taken', async () => {
    const list = listOf('a', 'b');
    let place: ListPlace = {};
    const moveTo = (to: ListPlace) => {
      place = to;
    };
    const first = pageWith();
    const failing = async ({ key }: ItemRef) => {
      if (key === 'a') throw pause;
      first.page.add({ record: recordOf(key) });
    };
    await expect(takeListed(first.page, list, place, failing, moveTo)).rejects.toBe(
      pause,
    );
    expect(place).toEqual({ after: 'mark of b', due: ['a'] });

    const second = pageWith({ known: ['a', 'b'] });
    const taken: string[] = [];
    const isThrough = await takeListed(
      second.page,
      list,
      place,
      async ({ key }) => void taken.push(key),
      moveTo,
    );
    expect({ isThrough, taken, place }).toEqual({
      ...{ isThrough: true, taken: ['a'], place: { after: 'mark of b', due: undefined } },
    });
  });

  it('waits, and makes no page, where a pause keeps back all that is owed', async () => {
    const { page } = pageWith({ known: ['a'] });
    const from = { after: 'mark of a', due: ['a'] };
    const take = () => Promise.reject(pause);
    const taking = takeListed(page, listOf('a'), from, take, () => {});
    await expect(taking).rejects.toBe(pause);
    expect(page.hasProgress()).toBe(false);
  });

  it('has what is owed once, however often it is listed', async () => {
    const { page, asked } = pageWith();
    const taken: string[] = [];
    const take = async ({ key }: ItemRef) => void taken.push(key);
    const from = { after: 'mark of b', due: ['a'] };
    await takeListed(page, listOf('a', 'b', 'a'), from, take, () => {});
    await takeListed(page, listOf('a'), {}, take, () => {});
    expect({ taken, asked }).toEqual({ taken: ['a'], asked: [] });
  });

  it('ends also if the vendor no longer lists what is owed', async () => {
    const { page } = pageWith({ known: ['b'] });
    const from = { after: 'mark of b', due: ['gone'] };
    const take = () => Promise.reject(new Error('Nothing is left to be taken.'));
    expect(await takeListed(page, listOf('b'), from, take, () => {})).toBe(true);
  });
});

describe('open gaps', () => {
  it('are tried from the oldest to the youngest', () => {
    const later = new Date(start.getTime() + hour);
    const gaps = [gapOf('c', later), gapOf('b'), gapOf('a')];
    const [first, ...others] = gapsAfter(gaps, undefined);
    expect(first?.gap.object).toBe('a');
    expect(gapsAfter(gaps, first?.place)).toEqual(others);
  });

  it('go on behind the last one before which nothing is left', async () => {
    const gaps = ['a', 'b', 'c'].map((object) => gapOf(object));
    const { page } = pageWith({ gaps });
    const places: string[] = [];
    const retry = async ({ object }: OpenGap) => {
      if (object === 'b') throw pause;
      page.resolve(object, false);
    };
    const trying = retryTogether(page, gapsAfter(gaps, undefined), retry, (place) =>
      places.push(place),
    );
    await expect(trying).rejects.toBe(pause);
    expect(places).toEqual([gapsAfter(gaps, undefined)[0]?.place]);
    expect(page.openGaps().map(({ object }) => object)).toEqual(['b']);
  });

  it('stay where they are if the first one has to wait', async () => {
    const gaps = [gapOf('a')];
    const { page } = pageWith({ gaps });
    const places: string[] = [];
    const trying = retryTogether(
      page,
      gapsAfter(gaps, undefined),
      () => Promise.reject(pause),
      (place) => places.push(place),
    );
    await expect(trying).rejects.toBe(pause);
    expect({ places, hasProgress: page.hasProgress() }).toEqual({
      ...{ places: [], hasProgress: false },
    });
  });
});
