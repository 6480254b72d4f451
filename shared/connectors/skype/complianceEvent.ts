import { hashOf } from '../item/key.ts';
import type { Attributes, RawEvent } from './rawEvent.ts';

/** Somebody as a compliance file names them; `id` is a number of the Persistent Chat pool. */
export interface Sender {
  /** In lower case, without `sip:`. */
  uri?: string | undefined;
  number?: string | undefined;
  name?: string | undefined;
  /** Their email; a SIP address may look like one and lead nowhere. */
  address?: string | undefined;
}

export interface Room {
  uri: string;
  name: string;
}

/** An event of a room, with all that can be said of it. */
export interface ChatEvent {
  /** Undefined where the file doesn't say, or not clearly. */
  room: Room | undefined;
  /** In capitals: JOIN, PART, CHAT, BACKCHAT, FILEUPLOAD, FILEDOWNLOAD, or one that is new. */
  type: string;
  content: string;
  /** False where the file has no place for it, as after a transformation. */
  hasContent: boolean;
  /** The number of a message in its room; undefined where there is none. */
  id: string | undefined;
  /** Undefined where the file doesn't say. */
  time: EventTime | undefined;
  sender: Sender | undefined;
  raw: RawEvent;
}

export interface EventTime {
  /** 100 ns since the year 1: the finest that the files have. */
  ticks: string;
  /** Microseconds since 1970. */
  micros: number;
  /** ISO 8601, milliseconds. */
  at: string;
}

/** The ticks of .NET at the beginning of 1970. */
const epochTicks = 621_355_968_000_000_000n;
const ticksPerMs = 10_000n;
const earliest = Date.UTC(1990, 0, 1);
const latest = Date.UTC(2200, 0, 1);

export function chatEventOf(raw: RawEvent, channels: Attributes[]): ChatEvent {
  const message = createLookUp(raw.message);
  const id = message('id');
  return {
    room: roomOf(channels),
    type: (message('type') || raw.element).toUpperCase(),
    content: message('content'),
    hasContent: Object.keys(raw.message).some((name) => /^content$/i.test(name)),
    id: /^-?[1-9]\d*$/.test(id) ? id : undefined,
    time: raw.time && timeOf(raw.time),
    sender: raw.sender && senderOf(raw.sender),
    raw,
  };
}

/** Names of attributes differ in their case from one description to the other. */
function createLookUp(attributes: Attributes): (name: string) => string {
  const values = new Map(
    Object.entries(attributes).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return (name) => values.get(name.toLowerCase())?.trim() ?? '';
}

/** Where a conversation names several rooms, nobody knows whose its messages are. */
function roomOf(channels: Attributes[]): Room | undefined {
  const rooms = channels.map((channel) => {
    const value = createLookUp(channel);
    return { uri: value('uri').toLowerCase(), name: value('name') };
  });
  const [room] = rooms;
  if (!room?.uri || rooms.some(({ uri }) => uri !== room.uri)) return undefined;
  const isNamed = room.name && room.name.toLowerCase() !== room.uri;
  return { uri: room.uri, name: isNamed ? room.name : nameFrom(room.uri) };
}

/** `ma-chan://litwareinc.com/300`: the name is the address again unless details are exported. */
function nameFrom(uri: string): string {
  const [, domain, number] = /^ma-chan:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
  return domain && number ? `Chat room ${number} (${domain})` : uri;
}

function senderOf(attributes: Attributes): Sender | undefined {
  const value = createLookUp(attributes);
  const uri = withoutSip(value('uri')).toLowerCase();
  const number = value('id');
  const isNumber = number !== '' && number !== '0';
  const name = value('username');
  const address = value('email');
  if (!uri && !isNumber && !address) return undefined;
  return {
    ...(uri && { uri }),
    ...(isNumber && { number }),
    ...(name && withoutSip(name).toLowerCase() !== uri && { name }),
    ...(address && { address }),
  };
}

export const withoutSip = (uri: string): string => uri.trim().replace(/^sips?:/i, '');

/** The three ways of saying it, the finest first; those that make no sense are passed over. */
function timeOf(attributes: Attributes): EventTime | undefined {
  const value = createLookUp(attributes);
  const [long, text, since] = [value('long'), value('string'), value('since1970')];
  const candidates = [
    /^\d{15,19}$/.test(long) ? BigInt(long) : undefined,
    ticksOfText(text),
    /^-?\d{1,15}$/.test(since) ? BigInt(since) * ticksPerMs + epochTicks : undefined,
  ];
  const ticks = candidates.find((one) => one !== undefined && isPlausible(one));
  if (ticks === undefined) return undefined;
  const micros = Number((ticks - epochTicks) / 10n);
  return {
    ticks: String(ticks),
    micros,
    at: new Date(Math.floor(micros / 1000)).toISOString(),
  };
}

function ticksOfText(text: string): bigint | undefined {
  const [, seconds, fraction = '', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$/.exec(text) ??
    [];
  if (!seconds) return undefined;
  const ms = Date.parse(`${seconds.replace(' ', 'T')}${zone}`);
  if (Number.isNaN(ms)) return undefined;
  return (
    BigInt(ms) * ticksPerMs + epochTicks + BigInt(fraction.padEnd(7, '0').slice(0, 7))
  );
}

function isPlausible(ticks: bigint): boolean {
  const ms = Number((ticks - epochTicks) / ticksPerMs);
  return ms > earliest && ms < latest;
}

/**
 * What identifies an event wherever it is exported to. What it says is part of it: a message that
 * was replaced on the server is another item, and never taken for one that is known.
 */
export function identityOf({ room, type, id, time, sender, content }: ChatEvent): string {
  const place = [room?.uri ?? '', time?.ticks ?? '', type, id ?? ''];
  const who = sender?.uri ?? sender?.number ?? '';
  return JSON.stringify([...place, who, hashOf(content.replace(/\s+/g, ' '))]);
}
