import type { Mutation } from './mutateJson.ts';
import { hostileTexts, oddDates, oddTexts, veryLong } from './oddities.ts';
import type { Random } from './random.ts';

const tag = /<[^<>]*>/g;
const attribute = /\s[\w:-]+=("[^"]*"|'[^']*')/g;
const entity = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>';

type Change = (text: string, random: Random) => Mutation<string>;

/** One change to XML or HTML, by its tags and attributes. */
export const mutateMarkup: Change = (text, random) => random.pick(changes)(text, random);

const changes: Change[] = [
  (text, random) => ({
    ...cutOut(text, tag, random, () => ''),
    what: 'a tag left out',
    takesAway: true,
  }),
  (text, random) => ({
    ...cutOut(text, tag, random, (found) => found + found),
    what: 'a tag twice',
  }),
  (text, random) => ({
    ...cutOut(text, tag, random, (found) => found.slice(0, -1)),
    what: 'a tag that does not end',
  }),
  (text, random) => ({
    ...cutOut(text, tag, random, (found) => found.replace(/<(\/?)\w+/, '<$1brandNew')),
    what: 'a tag that nobody knows',
    takesAway: true,
  }),
  (text, random) => ({
    ...cutOut(text, attribute, random, () => ''),
    what: 'an attribute left out',
    takesAway: true,
  }),
  (text, random) => ({
    ...cutOut(text, attribute, random, (found) => found + found),
    what: 'an attribute twice',
  }),
  (text, random) => ({
    ...cutOut(text, attribute, random, (found) => withValue(found, oddValue(random))),
    what: 'an attribute with an odd value',
  }),
  (text, random) => ({
    ...cutOut(text, tag, random, (found) => found + random.pick(hostileTexts)),
    what: 'something hostile behind a tag',
  }),
  (text, random) => ({
    ...cutOut(text, tag, random, (found) => `${found}&brandNew;&#0;&#xD800;`),
    what: 'entities behind a tag',
  }),
  (text) => ({ content: entity + text, what: 'a DTD before it' }),
  (text, random) => ({
    ...cutOut(text, tag, random, (found) => found + '<b>'.repeat(3000)),
    what: 'nested deeply',
  }),
];

const oddValue = (random: Random): string =>
  random.pick([...oddDates, ...oddTexts, '', '-1', veryLong('y'), '<&>']);

const withValue = (found: string, value: string): string =>
  found.replace(/=(["']).*$/s, (_, quote) => `=${quote}${value}${quote}`);

/** One of the matches, changed; the text as it is if there is none. */
function cutOut(
  text: string,
  pattern: RegExp,
  random: Random,
  change: (found: string) => string,
): { content: string } {
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return { content: text };
  const { index, 0: found } = random.pick(matches);
  return {
    content: text.slice(0, index) + change(found) + text.slice(index + found.length),
  };
}
