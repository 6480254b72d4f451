import { type ChatMessage, type Party, secondsOf } from './chat.ts';
import { shortHash } from './shortHash.ts';

/** How a line begins that begins a message. */
const start = /^(\d{1,2}:\d\d:\d\d)([\t ]+)(.*)$/;
/** Localised clients translate all of it but "Everyone"'s place. */
const privately = /\((?:direct message|privately)\)/i;

interface Header {
  sender: string;
  /** Undefined where the form has none: then it is to everyone. */
  receiver?: string;
  text: string;
  isDoubtful?: boolean;
}

/**
 * The chat of a meeting as text. Nobody documents it; these are the forms that exist:
 *
 *     00:04:12⇥Jane Doe:⇥Hello all
 *     10:31:05 From  Jane Doe  to  Everyone:
 *     ⇥Hello all
 *     10:31:05 From Jane Doe to Everyone: Hello all
 *     10:31:05⇥ From  Jane Doe  to  John Doe(Direct Message) : Hello
 *
 * Lines without a time go on with the message before. A name may look like any part of this: what
 * can be read in two ways is doubtful, and public to nobody.
 */
export function readChatText(
  content: string,
  isKnownName: (name: string) => boolean,
): ChatMessage[] {
  const messages: (Header & { time: string; lines: string[] })[] = [];
  for (const line of content.replace(/^\ufeff/, '').split(/\r?\n/)) {
    const [, time, gap, rest] = start.exec(line) ?? [];
    if (time !== undefined && gap !== undefined && rest !== undefined) {
      const header = readHeader(gap, rest, isKnownName);
      messages.push({ ...header, time, lines: header.text ? [header.text] : [] });
    } else if (line.trim() !== '') {
      const last = messages.at(-1);
      const text = line.replace(/^\t/, '');
      if (last) last.lines.push(text);
      else messages.push({ ...doubtful(text), time: '', lines: [text] });
    }
  }
  return withIds(messages);
}

function withIds(
  messages: (Header & { time: string; lines: string[] })[],
): ChatMessage[] {
  const seen = new Map<string, number>();
  return messages.map(({ sender, receiver, time, lines, isDoubtful }) => {
    const text = lines.join('\n');
    const mark = shortHash([time, sender, receiver ?? '', text]);
    const count = (seen.get(mark) ?? 0) + 1;
    seen.set(mark, count);
    const seconds = secondsOf(time);
    const isPublic = receiver === undefined || isEveryone(receiver);
    return {
      kind: isPublic ? 'message' : 'private',
      id: `text-${mark}-${count}`,
      time,
      ...(seconds !== undefined && { seconds }),
      sender: partyOf(sender),
      ...(receiver !== undefined && !isPublic && { receiver: partyOf(receiver) }),
      ...{ text, files: [] },
      ...(isDoubtful && { isDoubtful }),
    };
  });
}

function readHeader(
  gap: string,
  rest: string,
  isKnownName: (name: string) => boolean,
): Header {
  const from = /^From\s+(.*)$/.exec(rest)?.[1];
  if (from !== undefined) {
    return readNarrowHeader(from, isKnownName) ?? readLongHeader(from);
  }
  if (!gap.includes('\t')) return doubtful(rest);
  return readCloudHeader(rest, isKnownName);
}

/** `Jane Doe:⇥Hello`: the name ends at the colon before the tab, or at one before text. */
function readCloudHeader(rest: string, isKnownName: (name: string) => boolean): Header {
  const [, sender, text] =
    /^(.*?) ?:(?:\t(.*)|$)/.exec(rest) ?? /^(.*?) ?: (.*)$/.exec(rest) ?? [];
  if (sender === undefined) return doubtful(rest);
  if (isKnownName(sender)) return { sender, text: text ?? '' };
  const [, writer, reader] = /^(.+?) +to +(.+)$/i.exec(sender) ?? [];
  if (privately.test(sender) || (writer && isKnownName(writer))) {
    if (!writer || !reader) return { ...doubtful(text ?? ''), sender };
    return readerOf(writer, reader, text ?? '');
  }
  return { sender, text: text ?? '' };
}

/**
 * `Jane Doe to Everyone: Hello`, as if two blanks stood around the names: only where one
 * participant alone can be the writer.
 */
function readNarrowHeader(
  from: string,
  isKnownName: (name: string) => boolean,
): Header | undefined {
  const writers = [...from.matchAll(/ to (?! )/gi)]
    .map(({ index }) => from.slice(0, index))
    .filter(isKnownName);
  const [sender, other] = writers;
  if (sender === undefined) return undefined;
  if (other !== undefined) return doubtful(from);
  const rest = from.slice(sender.length + ' to '.length);
  const [, reader, text = ''] = /^(.*?)\s*:\s?(.*)$/.exec(rest) ?? [];
  if (reader === undefined || isKnownName(`${sender} to ${reader}`)) return undefined;
  const header = readerOf(sender, reader, text);
  return isEveryone(header.receiver ?? '') && privately.test(from)
    ? { ...header, isDoubtful: true }
    : header;
}

/** `Jane Doe  to  John Doe(Direct Message) : Hello`; two blanks stand around names. */
function readLongHeader(from: string): Header {
  const parts = from.split(/ {2}to {2}/i);
  const [sender = '', rest] = parts;
  if (rest === undefined) {
    const single = / to (?:everyone|.*\()/i.test(from);
    const [, writer, text] = /^(.*?)\s*:\s?(.*)$/.exec(from) ?? [];
    if (writer === undefined || single || privately.test(from)) return doubtful(from);
    return { sender: writer, text: text ?? '' };
  }
  const [, reader, text] = /^(.*?)\s*:\s?(.*)$/.exec(rest) ?? [];
  if (reader === undefined || parts.length > 2) {
    return { ...doubtful(from), sender };
  }
  const header = readerOf(sender.trim(), reader, text ?? '');
  const isSaidTwice = privately.test(from) && isEveryone(header.receiver ?? '');
  return isSaidTwice ? { ...header, isDoubtful: true } : header;
}

function readerOf(sender: string, reader: string, text: string): Header {
  const receiver = reader.replace(privately, '').trim();
  const isDoubtful = isEveryone(receiver) ? privately.test(reader) : false;
  return { sender, receiver, text, ...(isDoubtful && { isDoubtful }) };
}

const doubtful = (text: string): Header => ({ sender: '', text, isDoubtful: true });

const isEveryone = (receiver: string): boolean =>
  /^(everyone|everyone in meeting)$/i.test(receiver);

const partyOf = (name: string): Party => (name ? { name } : {});
