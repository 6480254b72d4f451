import { BrokenFile } from './faults.ts';

const deepest = 16;

const transformed =
  'It is no output of the Persistent Chat compliance adapter, or an XSLT (CustomConfiguration) has changed it: export it as the adapter writes it.';

/** Of the elements around the messages: what holds messages in them, and what else stands there. */
const around = new Map([
  ['conversations', { messages: ['conversation'], facts: ['sender', 'datetimeutc'] }],
  [
    'conversation',
    {
      messages: ['firstmessage', 'messages'],
      facts: ['channel', 'starttimeutc', 'endtimeutc'],
    },
  ],
]);

/** An element and the one around it, by their local names in lower case. */
export interface Position {
  local: string;
  /** Empty at the root. */
  parent: string;
}

interface Level {
  /** As it stands in the file. */
  name: string;
  local: string;
  holdsMessages: boolean;
  holdsUnknown: boolean;
}

/**
 * The elements that are open. Throws a `BrokenFile` where the file is not built as the adapter
 * builds it. An element that is new is passed over, but not where messages should have been:
 * there it may hold what was said.
 */
export function createShape() {
  const levels: Level[] = [];

  return {
    names: () => levels.map(({ name }) => name),
    isClosed: () => levels.length === 0,
    open(name: string): Position {
      const [parent, local] = [levels.at(-1), localName(name)];
      if (!parent && local !== 'conversations') throw notTheAdapters();
      if (levels.length >= deepest) {
        throw new BrokenFile('Its elements are nested too deep.');
      }
      const known = around.get(parent?.local ?? '');
      if (parent && known?.messages.includes(local)) parent.holdsMessages = true;
      else if (parent && !known?.facts.includes(local)) parent.holdsUnknown = true;
      levels.push({ name, local, holdsMessages: false, holdsUnknown: false });
      return { local, parent: parent?.local ?? '' };
    },
    close(): Position {
      const level = levels.pop();
      const { local = '', holdsMessages, holdsUnknown } = level ?? {};
      if (around.has(local) && holdsUnknown && !holdsMessages) throw notTheAdapters();
      return { local, parent: levels.at(-1)?.local ?? '' };
    },
    /** What the open elements held so far was read by others. */
    resume(): void {
      for (const level of levels) level.holdsMessages = true;
    },
  };
}
export type Shape = ReturnType<typeof createShape>;

export const notTheAdapters = (): BrokenFile => new BrokenFile(transformed);

const localName = (name: string): string =>
  name.slice(name.indexOf(':') + 1).toLowerCase();
