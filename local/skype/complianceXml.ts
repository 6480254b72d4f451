/** Somebody in a chat room, as the compliance adapter writes them. */
export interface ChatPerson {
  name: string;
  address: string;
  /** The number that the Persistent Chat pool gave them. */
  number: number;
  isExternal?: boolean;
}

export interface ChatRoom {
  /** `ma-chan://DOMAIN/NUMBER`. */
  uri: string;
  /** Absent: without AddChatRoomDetails the name is the address once more. */
  name?: string;
}

export interface ChatMessage {
  type: string;
  by: ChatPerson;
  at: Date;
  /** 100 ns beyond the millisecond. */
  ticks?: number;
  content?: string;
  id?: number;
  /** Attributes that nobody has heard of. */
  extra?: Record<string, string>;
  /** Without it nobody knows when it was. */
  hasNoTime?: boolean;
}

export interface ChatConversation {
  room: ChatRoom;
  messages: ChatMessage[];
  /** The adapter repeats the first message as `FirstMessage`. */
  hasFirstMessage?: boolean;
}

export interface ChatLayout {
  encoding?: 'utf-8' | 'utf-8 with a mark' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  /** Without AddUserDetails a sender has a number and an address alone. */
  hasUserDetails?: boolean;
  /** `sip:` before the addresses of senders. */
  hasSip?: boolean;
  newline?: '\n' | '\r\n' | '';
}

const epochTicks = 621_355_968_000_000_000n;

/**
 * A file as the compliance adapter of Persistent Chat writes it.
 *
 * https://learn.microsoft.com/skypeforbusiness/manage/persistent-chat/configure-compliance
 */
export function complianceXml(
  conversations: ChatConversation[],
  layout: ChatLayout = {},
): Buffer {
  const { encoding = 'utf-8', newline = '\r\n' } = layout;
  const declared = encoding.replace(/^(utf-\d+).*/, '$1');
  const text = [
    `<?xml version="1.0" encoding="${declared}"?>`,
    '<Conversations xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    ...conversations.map((one) => conversationXml(one, layout)),
    '</Conversations>',
  ].join(newline);
  return encoded(text, encoding);
}

export function encoded(text: string, encoding: ChatLayout['encoding']): Buffer {
  if (encoding === 'utf-16le') return Buffer.from(`\ufeff${text}`, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  if (encoding === 'utf-8 with a mark') return Buffer.from(`\ufeff${text}`);
  if (encoding === 'windows-1252') return Buffer.from(text, 'latin1');
  return Buffer.from(text);
}

function conversationXml(
  { room, messages, hasFirstMessage = true }: ChatConversation,
  layout: ChatLayout,
): string {
  const newline = layout.newline ?? '\r\n';
  const [first] = messages;
  const times = messages.map(({ at }) => at).sort((a, b) => +a - +b);
  return [
    '<Conversation>',
    `<Channel ${attributes({ uri: room.uri, name: room.name ?? room.uri, islogged: '' })} />`,
    ...(first && hasFirstMessage ? [messageXml('FirstMessage', first, layout)] : []),
    '<Messages>',
    ...messages.map((message) => messageXml('Message', message, layout)),
    '</Messages>',
    ...(times[0] ? [timeXml('StartTimeUTC', times[0])] : []),
    ...times.slice(-1).map((time) => timeXml('EndTimeUTC', time)),
    '</Conversation>',
  ].join(newline);
}

function messageXml(
  element: string,
  { type, by, at, ticks = 0, content = '', id = 0, extra = {}, hasNoTime }: ChatMessage,
  { hasUserDetails = true, hasSip = false, newline = '\r\n' }: ChatLayout,
): string {
  const uri = hasSip ? `sip:${by.address}` : by.address;
  const details = {
    UserName: by.name,
    email: by.address,
    internal: String(!by.isExternal),
  };
  const sender = { id: String(by.number), ...(hasUserDetails && details), uri };
  return [
    `<${element} ${attributes({ type, content, id: String(id), ...extra })}>`,
    `<Sender ${attributes(sender)} />`,
    ...(hasNoTime ? [] : [timeXml('DateTimeUTC', at, ticks)]),
    `</${element}>`,
  ].join(newline);
}

function timeXml(element: string, at: Date, ticks = 0): string {
  const long = BigInt(at.getTime()) * 10_000n + epochTicks + BigInt(ticks);
  const fraction = String(long % 10_000_000n).padStart(7, '0');
  const string = `${at.toISOString().slice(0, 19)}.${fraction}Z`;
  const since1970 = String(at.getTime());
  return `<${element} ${attributes({ since1970, string, long: String(long) })} />`;
}

const attributes = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(' ');

/** As .NET writes attributes: what XML can't hold is left out. */
const escaped = (value: string): string =>
  value
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\t\n\r]/g, (one) => `&#x${one.charCodeAt(0).toString(16).toUpperCase()};`);
