import { expect, test } from 'vitest';
import { samplePeople, sampleWorld } from '../../../local/symphony/sampleWorld.ts';
import { samplePeople as webexPeople } from '../../../local/webex/samplePeople.ts';
import { ago, now } from './visitor.ts';

test('the sample data holds every kind of item, all within the last 20 hours', () => {
  const { messages, streams } = sampleWorld({ now });
  expect(messages.length).toBeGreaterThan(40);
  expect(messages.every(({ at }) => at > ago(1200) && at < now)).toBe(true);
  expect(new Set(streams.map(({ type }) => type))).toEqual(
    new Set(['IM', 'MIM', 'ROOM', 'POST']),
  );
  const kinds = [
    'parent',
    'initial',
    'suppressed',
    'shared',
    'data',
    'disclaimer',
    'decryptableFrom',
  ] as const;
  for (const kind of kinds) {
    expect(
      messages.some((message) => message[kind] !== undefined),
      kind,
    ).toBe(true);
  }
  const states = new Set(
    messages.flatMap(({ files }) => files.map(({ state }) => state)),
  );
  expect(states).toEqual(new Set(['ready', 'gone', 'locked']));
});

test('the same time makes the same world, and another time the same ids', () => {
  const ids = (time: Date) => sampleWorld({ now: time }).messages.map(({ id }) => id);
  expect(ids(now)).toEqual(ids(ago(5000)));
  expect(new Set(ids(now)).size).toBe(ids(now).length);
});

test('everybody who speaks is in the stream by then', () => {
  for (const { stream, author, at } of sampleWorld({ now }).messages) {
    const stay = stream.stays.find(({ person }) => person === author);
    expect(stay && stay.from <= at, author.name).toBe(true);
  }
});

test('the people are those of the other vendors, so that all can share a tenant', () => {
  const own = samplePeople().filter(({ internal }) => internal);
  const theirs = webexPeople().filter(({ internal }) => internal);
  expect(own.map(({ address }) => address)).toEqual(theirs.map(({ address }) => address));
});
