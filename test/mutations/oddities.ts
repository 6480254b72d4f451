/** Somebody of the organisation who took part in nothing: nothing may reach her. */
export const stranger = 'eve@example.com';

/** Dates that are none, and dates at which nobody can have said anything. */
export const oddDates = [
  'NaN',
  '',
  'yesterday',
  '0000-00-00T00:00:00Z',
  '0000-01-01T00:00:00.000Z',
  '-000001-01-01T00:00:00.000Z',
  '1601-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '+275760-09-13T00:00:00.000Z',
  '2026-02-30T25:61:61Z',
  '12/31/2025 5:04 PM',
];

/** The same as numbers of milliseconds. */
export const oddTimes = [0, -1, -8.64e15, 8.64e15, 8.64e15 + 1, 1.5, 2 ** 53, 1e300];

/** What text from outside may try to do to whatever it is put into. */
export const hostileTexts = [
  `x\r\nBcc: ${stranger}\r\n\r\nDear all,`,
  `"Eve" <${stranger}>, <a@b>`,
  `<script>fetch('//e')</script><img src=x onerror=alert(1)>`,
  '<a href="javascript:alert(1)">x</a><svg/onload=alert(1)><p style="x:expression(1)">',
  '<style>*{display:none}</style><iframe srcdoc="<script>1</script>"></iframe><form>',
  `--_archive\r\nContent-Type: text/html\r\n\r\n<script>1</script>`,
  `=?utf-8?B?${Buffer.from(`x\r\nBcc: ${stranger}`).toString('base64')}?=`,
  '../../../../etc/passwd\0.png',
  '=cmd|"/c calc"!A1',
  '$&$1$`',
];

/** Text that is not what it looks like, or no text at all. */
export const oddTexts = [
  '\ud800',
  'a\udc00b\ud83d',
  'a\0b\x01\x1b[2J',
  '\u202egnp.exe\u2066\u2069',
  '\ufeff\u200b\u2028\u2029',
  'e\u0301'.repeat(60),
  '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}\uD83D',
  'İıſßﬃ',
];

/** Names that objects have of their own. */
export const prototypeNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

export const veryLong = (letter: string): string => letter.repeat(70_000);

/** Deeper than a recursive reader's stack. */
export const deepNest = (depth: number): string =>
  `${'['.repeat(depth)}${']'.repeat(depth)}`;
