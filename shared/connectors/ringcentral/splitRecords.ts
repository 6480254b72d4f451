import { createCollector, type RawRecord } from './collectElement.ts';

export type { RawRecord } from './collectElement.ts';

/** The file is no list of records, or breaks off. The message is the end of a sentence. */
export class BadRecords extends Error {
  override name = 'BadRecords';
}

/**
 * The elements of a file of an export, one by one: a file may hold 10,000 of them, and none of its
 * bytes but those of one element are held. A parser that builds values would take ten times as
 * long, and most of what is read is read to be passed over: the first `skip` elements.
 *
 * https://developers.ringcentral.com/guide/team-messaging/manual/compliance-export-structure
 */
export async function* splitRecords(
  content: AsyncIterable<Buffer>,
  skip = 0,
): AsyncGenerator<RawRecord> {
  const scan = createScan();
  const element = createCollector(skip);
  let isInside = false;
  for await (const chunk of content) {
    let start = 0;
    for (const { at, step } of scan.marks(chunk)) {
      if (step !== 'begin') {
        element.add(chunk.subarray(start, at));
        const record = element.take();
        if (record) yield record;
      }
      isInside = step !== 'end';
      start = at + 1;
    }
    if (isInside) element.add(chunk.subarray(start));
  }
  scan.end();
}

interface Mark {
  at: number;
  step: 'begin' | 'separator' | 'end';
}

const code = (character: string) => character.charCodeAt(0);
const [quote, backslash, comma] = [code('"'), code('\\'), code(',')];
const [openArray, closeArray] = [code('['), code(']')];
const [openObject, closeObject] = [code('{'), code('}')];
/** The longest name that matters, and one more. */
const nameLength = 'records'.length + 1;

/**
 * Finds where elements begin and end, over chunks of any length. The list is the array called
 * `records` of the outermost object, or an outermost array.
 */
function createScan() {
  const state = { depth: 0, list: 0, inString: false, escaped: false };
  let name = '';
  let found = false;

  function opened(byte: number): boolean {
    state.depth++;
    const isPlace = state.depth === 1 || (state.depth === 2 && name === 'records');
    if (found || byte !== openArray || !isPlace) return false;
    found = true;
    state.list = state.depth;
    return true;
  }

  function closed(): boolean {
    state.depth--;
    if (state.depth < 0) throw new BadRecords('it is no JSON');
    if (state.list === 0 || state.depth >= state.list) return false;
    state.list = 0;
    return true;
  }

  /** Goes to the end of a string, or of the chunk. */
  function throughString(chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at];
      if (state.escaped) state.escaped = false;
      else if (byte === backslash) state.escaped = true;
      else if (byte === quote) {
        state.inString = false;
        return at;
      }
      const isName = state.depth === 1 && name.length < nameLength;
      if (isName) name += String.fromCharCode(byte ?? 0);
    }
    return chunk.length;
  }

  return {
    marks(chunk: Buffer): Mark[] {
      const marks: Mark[] = [];
      for (let at = 0; at < chunk.length; at++) {
        if (state.inString) {
          at = throughString(chunk, at);
          continue;
        }
        const byte = chunk[at] ?? 0;
        if (byte === quote) {
          state.inString = true;
          if (state.depth === 1) name = '';
        } else if (byte === comma) {
          if (state.list > 0 && state.depth === state.list) {
            marks.push({ at, step: 'separator' });
          }
        } else if (byte === openObject || byte === openArray) {
          if (opened(byte)) marks.push({ at, step: 'begin' });
        } else if (byte === closeObject || byte === closeArray) {
          if (closed()) marks.push({ at, step: 'end' });
        }
      }
      return marks;
    },
    /** Throws `BadRecords` unless that was all, and a list was in it. */
    end(): void {
      if (state.depth > 0 || state.inString) throw new BadRecords('it breaks off');
      if (!found) throw new BadRecords('it holds no list of records');
    },
  };
}
