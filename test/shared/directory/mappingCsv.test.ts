import { describe, expect, it } from 'vitest';
import { parseMapping } from '../../../shared/directory/mappingCsv.ts';
import { createMailboxFor } from '../../../shared/directory/userMapping.ts';

const parse = (text: string) => parseMapping(Buffer.from(text), (id) => id);
const header = 'ExternalUserId,O365UserMailbox\n';

describe('a mapping file', () => {
  it('is read as spreadsheets and editors write it', () => {
    const text =
      '\uFEFF "externaluserid" , O365USERMAILBOX \r\n\r\n"id, 1", Ada@Contoso.com\r\n' +
      'id-2,"bob@contoso.com"\r\n,\r\n';
    expect(parse(text)).toEqual({
      lines: [
        { externalUserId: 'id, 1', mailbox: 'ada@contoso.com' },
        { externalUserId: 'id-2', mailbox: 'bob@contoso.com' },
      ],
      problems: [],
    });
  });

  it('finds its columns by their names', () => {
    const { lines } = parse('Name,O365UserMailbox,ExternalUserId\nAda,ada@contoso.com,1');
    expect(lines).toEqual([{ externalUserId: '1', mailbox: 'ada@contoso.com' }]);
  });

  it.each([
    ['', /^Line 1: the header/],
    ['a,b\n1,x@contoso.com\n', /^Line 1: the header/],
    [`${header}1,x@contoso.com\n2,\n`, /^Line 3: O365UserMailbox is empty/],
    [`${header},x@contoso.com\n`, /^Line 2: ExternalUserId is empty/],
    [`${header}1\n`, /^Line 2: O365UserMailbox is empty/],
    [`${header}1,not an address\n`, /^Line 2: .* not an email address/],
    [`${header}1,a@contoso.com\n1,b@contoso.com\n`, /^Line 3: .* another mailbox/],
    [`${header}A@x.org,a@contoso.com\na@X.org,b@contoso.com\n`, /^Line 3: .* another/],
    [`${header}"1,secret@contoso.com\n`, /^The file is no CSV: Quote Not Closed/],
  ])('is refused where it is wrong, by the number of the line (%j)', (text, problem) => {
    const parsed = parse(text);
    expect(parsed.problems[0]).toMatch(problem);
    expect(parsed.problems.join()).not.toContain('secret');
    expect(parsed.lines).toEqual([]);
  });

  it('knows one person by every spelling of their id', () => {
    const text = `${header}user/1,a@contoso.com\n1,a@contoso.com\n`;
    const bare = (id: string) => id.replace('user/', '');
    expect(parseMapping(Buffer.from(text), bare).lines).toEqual([
      { externalUserId: '1', mailbox: 'a@contoso.com' },
    ]);
    const other = Buffer.from(text.replace('1,a@', '1,b@'));
    expect(parseMapping(other, bare).problems).toHaveLength(1);
  });

  it('may say the same thing twice', () => {
    expect(parse(`${header}1,a@contoso.com\n1,A@contoso.com\n`).problems).toEqual([]);
  });

  it('names twenty wrong lines at most', () => {
    const { problems } = parse(header + 'x,\n'.repeat(50));
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)).toBe('30 more lines are wrong.');
  });
});

describe('who is meant', () => {
  const mailboxFor = createMailboxFor([
    { externalUserId: 'AbC', mailbox: 'upper@contoso.com' },
    { externalUserId: 'aBc', mailbox: 'lower@contoso.com' },
    { externalUserId: 'GUID-1', mailbox: 'guid@contoso.com' },
    { externalUserId: 'eve@elsewhere.org', mailbox: 'eve@contoso.com' },
  ]);

  it.each([
    ['an id', { id: 'AbC' }, 'upper@contoso.com'],
    ['an id that differs in its case only', { id: 'aBc' }, 'lower@contoso.com'],
    ['an id of which two could be meant', { id: 'abc' }, undefined],
    ['an id in another case', { id: 'guid-1' }, 'guid@contoso.com'],
    ['an address', { id: '7', address: ' Eve@Elsewhere.org ' }, 'eve@contoso.com'],
    ['a chat address', { id: '7', address: 'sip:eve@elsewhere.org' }, 'eve@contoso.com'],
    [
      'an id before an address',
      { id: 'GUID-1', address: 'eve@elsewhere.org' },
      'guid@contoso.com',
    ],
    ['nobody', { id: '8', address: 'bob@elsewhere.org' }, undefined],
  ])('is told by %s', (_what, person, mailbox) => {
    expect(mailboxFor(person)).toBe(mailbox);
  });
});
