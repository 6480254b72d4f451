import fc from 'fast-check';
import { itemEvents, type Person } from '../../../shared/archive/state/item.ts';
import { aFile, anItem } from './compositions.ts';

const hostileBits = fc.constantFrom(
  ...[
    '\r\n',
    '\r',
    '\n',
    '\0',
    '\t',
    '"',
    "'",
    '\\',
    '<',
    '>',
    ',',
    ';',
    ':',
    '(',
    ')',
    '%',
  ],
  ...[
    '=?',
    '?=',
    '=?utf-8?Q?=0D=0ABcc:_x?=',
    '=?utf-8?B?QmNj?=',
    '../',
    '..\\',
    '.',
    '  ',
  ],
  ...[
    '\r\nBcc: eve@example.net\r\n',
    '\r\n\r\n--',
    '\u202e',
    '\u2066',
    '\ufeff',
    '\u2028',
  ],
  ...[
    '\ud83d',
    '\ude00',
    '😀',
    '👩‍👩‍👧‍👦',
    'é',
    'e\u0301',
    '\u0085',
    '\u200f',
    'שלום',
    '%0D%0A',
  ],
  ...[
    "utf-8''",
    '*0*=',
    'filename="x"',
    '@',
    '.txt',
    '&#8238;',
    '<b>',
    '</div>',
    '<script>',
  ],
);

const anyUnit = fc
  .integer({ min: 0, max: 0xffff })
  .map((unit) => String.fromCharCode(unit));
const letters = fc.string({ unit: 'grapheme', maxLength: 12 });

/** Text with everything in it that ever broke a mail. */
export const hostileText = fc
  .array(fc.oneof(letters, hostileBits, anyUnit), { maxLength: 12 })
  .chain((parts) =>
    fc.constantFrom(1, 1, 1, 40).map((times) => parts.join('').repeat(times)),
  );

const address = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom('ada@example.com', 'jörg@example.com', 'user@bücher.example', 'a@b@c'),
  fc.emailAddress(),
  hostileText,
);

const person = fc
  .record({ id: hostileText, name: fc.option(hostileText, { nil: undefined }), address })
  .map(({ id, name, address }): Person => {
    return { id, ...(name && { name }), ...(address && { address }) };
  });

const file = fc
  .record({
    name: hostileText,
    content: fc.string({ maxLength: 300 }),
    type: hostileText,
  })
  .map(({ name, content, type }) => aFile(name, content, { contentType: type }));

export const hostileItem = fc
  .record({
    itemId: hostileText,
    event: fc.constantFrom(...itemEvents),
    at: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
    conversation: fc.record({ id: hostileText, name: hostileText }),
    author: person,
    participants: fc.array(person, { maxLength: 6 }),
    text: hostileText,
    html: hostileText,
    withHtml: fc.boolean(),
    notes: fc.array(hostileText, { maxLength: 2 }),
    files: fc.array(file, { maxLength: 4 }),
    missing: fc.array(fc.record({ name: hostileText, reason: hostileText }), {
      maxLength: 2,
    }),
  })
  .map(({ withHtml, html, ...item }) => anItem({ ...item, ...(withHtml && { html }) }));
