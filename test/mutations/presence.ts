import { itemEvents } from '../../shared/archive/state/item.ts';
import type { Calm } from './judge.ts';
import type { Ending } from './play.ts';
import type { Thing } from './subject.ts';

/** An email, a row or a gap: what shows that a thing was not dropped. */
interface Trace {
  key: string;
  /** Ids, and ids with an event. */
  names: string[];
}

/**
 * Things that were given out and of which there is no trace. Those that were not touched must have
 * the traces that they have in the samples, or be reported. Of each that was touched there must be
 * one more, whatever it is: another email, a row or a gap. What leaves no trace in the samples (who
 * came and went, what another window has) need not leave one here.
 */
export function missingThings(calm: Calm, things: Thing[], ending: Ending): string[] {
  const now = new Set(things.map(({ content }) => content));
  const known = new Set(calm.things.map(({ content }) => content));
  const gone = calm.things.filter(({ content }) => !now.has(content));
  const traces = tracesIn(ending);
  const { firm, isMute } = tracesOfSamples(calm, gone);
  const firmKeys = new Set(firm.map(({ key }) => key));
  const rest = traces.filter(({ key }) => !firmKeys.has(key));
  const missing = firm
    .filter((trace) => !traces.some(({ key }) => key === trace.key))
    .filter((trace) => !isReported(trace.names, rest, calm))
    .map(({ names }) => `no trace of ${names[0]}, which was not touched`);
  const isNew = ({ content }: Thing) => !known.has(content);
  const held = new Set(things.filter((one) => !isNew(one)).map(nameOf));
  const touched = onceEach(things.filter(isNew)).filter((one) => !held.has(nameOf(one)));
  const isDue = gone.length === 0 || !gone.every(isMute);
  const dropped = isDue ? touched.filter((thing) => !takeTrace(thing, rest, calm)) : [];
  const isHere = (thing: Thing) => isSaid(thing, ending) || isFollowed(thing, ending);
  const due = things.filter(
    (thing) => thing.says || (known.has(thing.content) && isFollowed(thing, calm.ending)),
  );
  return [...missing, ...[...dropped, ...due].filter((one) => !isHere(one)).map(lost)];
}

/** Two of the same name are one item, of which the first sight counts. */
const onceEach = (things: Thing[]): Thing[] => [
  ...new Map(things.map((thing) => [nameOf(thing), thing])).values(),
];

const nameOf = ({ names, content }: Thing): string => names.join() || content;

/** `firm`: traces of the samples that nothing which is gone now may have left. */
function tracesOfSamples(calm: Calm, gone: Thing[]) {
  const all = tracesIn(calm.ending);
  const isOf = (trace: Trace) => (thing: Thing) => isNamed(thing.names, trace);
  return {
    firm: all.filter((trace) => calm.things.some(isOf(trace)) && !gone.some(isOf(trace))),
    isMute: (thing: Thing) =>
      !(thing.says || isFollowed(thing, calm.ending)) &&
      !all.some((trace) => isOf(trace)(thing)),
  };
}

const isNamed = (names: string[], trace: Trace): boolean =>
  trace.names.some((name) => names.includes(name));

/** A row or a gap that the samples do not have, and that is about all that has its name. */
function isReported(names: string[], rest: Trace[], calm: Calm): boolean {
  const known = keysOf(calm);
  return rest.some((trace) => !known.has(trace.key) && isNamed(names, trace));
}

/** A trace of its own name, or one that the samples do not have. */
const takeTrace = ({ names }: Thing, left: Trace[], calm: Calm): boolean =>
  take(left, (trace) => isNamed(names, trace)) ||
  take(left, ({ key }) => !keysOf(calm).has(key));

const keysOf = (calm: Calm): Set<string> =>
  new Set(tracesIn(calm.ending).map(({ key }) => key));

/** Each trace stands for one thing only. */
function take(left: Trace[], isWanted: (trace: Trace) => boolean): boolean {
  const at = left.findIndex(isWanted);
  if (at >= 0) left.splice(at, 1);
  return at >= 0;
}

function tracesIn({ emails, rows, gaps }: Ending): Trace[] {
  const posted = [...emails].map(([key, { item }]) => ({
    ...{ key, names: [item.itemId, `${item.itemId} ${item.event}`] },
  }));
  const partial = [...emails].flatMap(([key, { item }]) => {
    const reasons = [item.partial ?? [], item.missing.map(({ reason }) => reason)].flat();
    return reasons.map((reason) => ({ key: `${reason} ${key}`, names: [item.itemId] }));
  });
  const reported = [...rows, ...gaps].map(({ key, itemId }) => ({
    ...{ key, names: [itemId, ...itemEvents.map((event) => `${itemId} ${event}`)] },
  }));
  return [...posted, ...partial, ...reported];
}

/** In an email, or in a file of one; or else the log tells that something is missing. */
function isSaid({ says = [], names }: Thing, ending: Ending): boolean {
  const reported = [...ending.rows, ...ending.gaps].map(({ itemId }) => itemId);
  if (says.length > 0 && names.some((name) => reported.includes(name))) return true;
  const emails = [...ending.emails.values()];
  return says.some((text) => emails.some((email) => email.says.includes(text)));
}

const isFollowed = ({ leadsTo }: Thing, { given }: Ending): boolean =>
  leadsTo !== undefined && given.some(({ name }) => name.includes(leadsTo));

const lost = ({ names, says }: Thing): string => {
  const what = names.join(' or ') || 'something without a name';
  return `no trace of ${what}${says ? `, which says ${JSON.stringify(says[0]?.slice(0, 80))}` : ''}`;
};
