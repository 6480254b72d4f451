import { mutateMarkup } from './mutateMarkup.ts';
import {
  deepNest,
  hostileTexts,
  oddDates,
  oddTexts,
  oddTimes,
  prototypeNames,
  veryLong,
} from './oddities.ts';
import type { Random } from './random.ts';

/** A changed text, and what was done to it, in words. */
export interface Mutation<T> {
  content: T;
  what: string;
  /** Something is gone from the input, so that nobody can miss it. */
  takesAway?: boolean;
  /** Whatever it did to the bytes may mean anything now. */
  isBlind?: boolean;
}

type Path = (string | number)[];
interface Place {
  path: Path;
  value: unknown;
  parent: unknown;
}
/** What takes a value's place; `undefined` where it leaves the place out. */
interface Change {
  what: string;
  value: unknown;
  takesAway?: boolean;
}

/** Stands in for what `JSON.stringify` can't write. */
const marker = 'written-as-it-is:';
const asWritten = (json: string): string => `${marker}${json}`;

/** One change at a random place of a JSON document. */
export function mutateJson(text: string, random: Random): Mutation<string> {
  const root: unknown = JSON.parse(text);
  const place = random.pick(placesOf(root));
  const { what, value, takesAway } = random.pick(changesFor(place, random))();
  const written = JSON.stringify(replaced(root, place.path, value));
  return {
    content: (written ?? '').replace(
      new RegExp(`"${marker}((?:[^"\\\\]|\\\\.)*)"`, 'g'),
      (_, json) => JSON.parse(`"${json}"`),
    ),
    what: `${what} at ${place.path.join('.') || 'the top'}`,
    ...(takesAway && { takesAway }),
  };
}

function placesOf(root: unknown): Place[] {
  const places: Place[] = [];
  const visit = (value: unknown, path: Path, parent: unknown): void => {
    for (let n = weightOf(value); n > 0; n--) places.push({ path, value, parent });
    if (typeof value !== 'object' || value === null) return;
    for (const [name, one] of Object.entries(value)) {
      visit(one, [...path, Array.isArray(value) ? Number(name) : name], value);
    }
  };
  visit(root, [], undefined);
  return places;
}

/** What was written, and when, is where most can go wrong. */
function weightOf(value: unknown): number {
  if (typeof value !== 'string') return 1;
  return /<\w| /.test(value) ? 5 : isDate(value) ? 3 : 1;
}

const isDate = (text: string): boolean => /^\d{4}-\d\d-\d\dT/.test(text);

const setTo = (what: string, value: unknown) => (): Change => ({ what, value });

const less = (what: string, value: unknown) => (): Change => ({
  what,
  value,
  takesAway: true,
});

function changesFor({ value, parent }: Place, random: Random): (() => Change)[] {
  return [
    less('left out', undefined),
    less('made null', null),
    setTo('made another type', random.pick([17, 'x', true, [{}], -0.5])),
    setTo('wrapped in a list', [value]),
    setTo('wrapped in an object', { value }),
    setTo('nested deeply', asWritten(deepNest(10_000))),
    setTo('made a number that is none', asWritten(random.pick(['1e999', '-1e999']))),
    ...changesOfList(value, random),
    ...changesOfObject(value, random),
    ...(typeof value === 'string' ? changesOfText(value, random) : []),
    ...(typeof value === 'number'
      ? [setTo('made an odd time', random.pick(oddTimes)), setTo('made text', `${value}`)]
      : []),
    ...(Array.isArray(parent) ? [setTo('made an empty object', {})] : []),
  ];
}

function changesOfList(value: unknown, random: Random): (() => Change)[] {
  if (!Array.isArray(value)) return [];
  const at = random.below(value.length + 1);
  const odd = random.pick([null, 17, 'x', [], {}]);
  return [
    less('emptied', []),
    setTo('an element twice', [...value.slice(0, at + 1), ...value.slice(at)]),
    setTo('reversed', value.toReversed()),
    setTo('with an odd element', value.toSpliced(at, 0, odd)),
  ];
}

function changesOfObject(value: unknown, random: Random): (() => Change)[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const entries = Object.entries(value);
  const name = random.pick(prototypeNames);
  const add = (odd: unknown) => Object.fromEntries([...entries, [name, odd]]);
  return [
    less('emptied', {}),
    setTo('with a prototype name', add({ id: 'x', text: 'x' })),
    setTo('with a prototype name that is no object', add('x')),
    setTo('with its fields reversed', Object.fromEntries(entries.toReversed())),
  ];
}

function changesOfText(value: string, random: Random): (() => Change)[] {
  const date = setTo('made an odd date', random.pick(oddDates));
  return [
    less('emptied', ''),
    setTo('made very long', value + veryLong('x')),
    setTo('given a value that nobody knows', `${value}_BRAND_NEW`),
    setTo('made hostile', random.pick(hostileTexts)),
    setTo('with something hostile', value + random.pick(hostileTexts)),
    setTo('made odd text', value + random.pick(oddTexts)),
    setTo('made a prototype name', random.pick(prototypeNames)),
    ...(isDate(value) ? [date, date, date] : []),
    ...(/<\w/.test(value) ? markupChanges(value, random) : []),
  ];
}

/** Markup inside JSON is mutated as such, and more often than a plain text. */
function markupChanges(value: string, random: Random): (() => Change)[] {
  const change = (): Change => {
    const { content, ...rest } = mutateMarkup(value, random);
    return { ...rest, value: content };
  };
  return [change, change, change, change];
}

function replaced(root: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(root)) {
    const at = Number(step);
    const one = replaced(root[at], rest, value);
    return one === undefined ? root.toSpliced(at, 1) : root.with(at, one);
  }
  const entries = Object.entries(root ?? {}).map(([name, one]) => [
    name,
    name === step ? replaced(one, rest, value) : one,
  ]);
  return Object.fromEntries(entries);
}
