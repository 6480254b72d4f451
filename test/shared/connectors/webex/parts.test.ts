import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeId } from '../../../../local/webex/ids.ts';
import { audienceAt } from '../../../../shared/connectors/webex/audience.ts';
import { attachmentsText } from '../../../../shared/connectors/webex/card.ts';
import { isCiphertext } from '../../../../shared/connectors/webex/ciphertext.ts';
import { fileNameIn } from '../../../../shared/connectors/webex/fileNames.ts';
import { uuidOf } from '../../../../shared/connectors/webex/ids.ts';
import { nextLink } from '../../../../shared/connectors/webex/links.ts';
import { tokenHosts } from '../../../../shared/connectors/webex/settings.ts';
import message from '../../../fixtures/webex/message.json' with { type: 'json' };

const uuid = '92db3be0-43bd-11e6-8ae9-dd5b3dfc565d';

describe('an id', () => {
  it.each([
    ['as it should be', encodeId('MESSAGE', uuid)],
    ['with padding', Buffer.from(`ciscospark://us/PEOPLE/${uuid}`).toString('base64')],
    ['with a newline', encodeId('EVENT', `${uuid}\n`)],
    ['of another cluster', btoa(`ciscospark://urn:TEAM:us-east-2_a/ROOM/${uuid}`)],
    ['of the bare uuid', btoa(uuid)],
    ['that is the uuid', uuid.toUpperCase()],
  ])('%s is known by its uuid', (_, id) => {
    expect(uuidOf(id)).toBe(uuid);
  });

  it('that is something else is known as it is', () => {
    expect(uuidOf(' L3VzL1BFT1BMRS80MDNlZmUwNy02Yzc3 ')).toBe(
      'L3VzL1BFT1BMRS80MDNlZmUwNy02Yzc3',
    );
    expect(uuidOf(encodeId('CONTENT', `${uuid}/0`))).toBe(`${uuid}/0`);
  });
});

describe('ciphertext', () => {
  const header = Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url');

  it('is known by its form, also in HTML', () => {
    expect(isCiphertext(`${header}..iv.text.tag`)).toBe(true);
    expect(isCiphertext(`<p>${header}..iv.text.tag</p>`)).toBe(true);
    expect(isCiphertext(header)).toBe(true);
  });

  it('is neither a web token that somebody pasted nor a sentence about one', () => {
    const claims = Buffer.from('{"sub":"1"}').toString('base64url');
    expect(isCiphertext(`${header}.${claims}.c2ln`)).toBe(false);
    expect(isCiphertext(`What is ${header}..iv.text.tag?`)).toBe(false);
    expect(isCiphertext(undefined)).toBe(false);
  });
});

describe('the next page', () => {
  const current = new URL('https://webexapis.com/v1/events?resource=messages&max=100');
  const next = (uri: string) => nextLink(`<${uri}>; rel="next"`, current);

  it('is the one that the link names', () => {
    const uri = 'https://webexapis.com/v1/events?resource=messages&max=100&cursor=abc';
    expect(next(uri)?.href).toBe(uri);
    expect(nextLink(null, current)).toBeUndefined();
    expect(nextLink('<https://x.example>; rel="first"', current)).toBeUndefined();
  });

  it('gets back what the link has lost', () => {
    expect(next('https://webexapis.com/v1/events?max=null&cursor=abc')?.search).toBe(
      '?max=100&cursor=abc&resource=messages',
    );
  });

  it.each([
    'https://evil.example/v1/events?cursor=abc',
    'https://webexapis.com/v1/people?cursor=abc',
    'http://webexapis.com/v1/events?cursor=abc',
    current.href,
  ])('is not %s', (uri) => {
    expect(() => next(uri)).toThrow('its next page');
  });
});

describe('a card', () => {
  it('is read as text: the sample of Webex', () => {
    expect(attachmentsText(message.attachments)).toBe(
      'Adaptive Cards\n[Learn More] http://adaptivecards.io',
    );
  });

  it('is read with facts, inputs, choices, pictures and nested cards', () => {
    const content = {
      type: 'AdaptiveCard',
      body: [
        {
          type: 'ColumnSet',
          columns: [
            { type: 'Column', items: [{ type: 'TextBlock', text: 'Left' }] },
            { type: 'Column', items: [{ type: 'TextBlock', text: 'Right' }] },
          ],
        },
        { type: 'FactSet', facts: [{ title: 'Cost', value: '12 EUR' }] },
        { type: 'RichTextBlock', inlines: ['so ', { type: 'TextRun', text: 'rich' }] },
        { type: 'Image', url: 'https://x.example/i.png', altText: 'A map' },
        { type: 'Input.Text', id: 'name', label: 'Your name' },
        {
          ...{ type: 'Input.ChoiceSet', id: 'dish' },
          choices: [
            { title: 'Ramen', value: '1' },
            { title: 'Falafel', value: '2' },
          ],
        },
        { type: 'Chart.Pie', fallbackText: 'A chart' },
        'nonsense',
        null,
      ],
      actions: [
        { type: 'Action.Submit', title: 'Send' },
        {
          ...{ type: 'Action.ShowCard', title: 'More' },
          card: { type: 'AdaptiveCard', body: [{ type: 'TextBlock', text: 'Inside' }] },
        },
      ],
    };
    const contentType = 'application/vnd.microsoft.card.adaptive';
    expect(attachmentsText([{ contentType, content }]).split('\n')).toEqual([
      ...['Left', 'Right', 'Cost: 12 EUR', 'so rich', '[A map]', 'Your name: []'],
      ...['dish: [Ramen | Falafel]', 'A chart', '[Send]', '[More]', 'Inside'],
    ]);
  });

  it('that never ends is cut', () => {
    let body: unknown = { type: 'TextBlock', text: 'deep' };
    for (let depth = 0; depth < 200; depth++) body = { type: 'Container', items: [body] };
    const contentType = 'application/vnd.microsoft.card.adaptive';
    expect(attachmentsText([{ contentType, content: { body: [body] } }])).toBe('…');
  });

  it('never fails, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (attachments) => {
        expect(typeof attachmentsText(attachments)).toBe('string');
      }),
    );
  });

  it('may be a link to a file that lies elsewhere', () => {
    const contentUrl = 'https://contoso.sharepoint.com/plan.docx';
    const link = { content: { fileId: '1', type: 'external', contentUrl } };
    expect(attachmentsText([link])).toBe(`Linked file: ${contentUrl}`);
  });
});

describe("a file's name", () => {
  it.each([
    ['attachment; filename="plan.txt"', 'plan.txt'],
    ['attachment; filename="_"; filename*=UTF-8\'\'gr%C3%B6%C3%9Fe.txt', 'größe.txt'],
    [
      `attachment; filename="${Buffer.from('größe.txt').toString('latin1')}"`,
      'größe.txt',
    ],
    ['attachment; filename="gr\xf6\xdfe.txt"', 'größe.txt'],
    ['attachment', undefined],
    [null, undefined],
  ])('is read from %s', (header, name) => {
    expect(fileNameIn(header)).toBe(name);
  });
});

it("Cisco's own hosts get the token only where Cisco is asked", () => {
  expect(tokenHosts('https://webexapis.com/v1', ['files.example'])).toContain(
    'api.ciscospark.com',
  );
  expect(tokenHosts('http://127.0.0.1:1/v1', ['files.example'])).toEqual([
    'files.example',
  ]);
});

describe('an audience', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 2, 10, 12, minute));
  type Step = { joins: boolean; minute: number };

  /** A life in a room: joining and leaving in turn, at growing times. */
  const life = fc
    .tuple(
      fc.boolean(),
      fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 6 }),
    )
    .map(([startsInside, minutes]) =>
      minutes
        .sort((a, b) => a - b)
        .map(
          (minute, turn): Step => ({ joins: (turn % 2 === 0) !== startsInside, minute }),
        ),
    );

  it('is rebuilt from the present members and what happened since', () => {
    fc.assert(
      fc.property(life, fc.integer({ min: 0, max: 59 }), (steps, minute) => {
        const first = steps[0];
        let inside = first ? !first.joins : true;
        for (const step of steps) if (step.minute <= minute) inside = step.joins;
        const isMember = steps.at(-1)?.joins ?? true;
        const since = steps.findLast(({ joins }) => joins)?.minute ?? -1000;
        const room = {
          ...{ id: 'room', isDirect: false },
          members: isMember ? [{ id: 'p', since: at(since).toISOString() }] : [],
          changes: steps.map(({ joins, minute: when }) => ({
            ...{ id: 'p', type: joins ? ('joined' as const) : ('left' as const) },
            at: at(when).toISOString(),
          })),
        };
        const { ids } = audienceAt(room, at(minute), 'author');
        expect(ids.includes('p')).toBe(inside);
        expect(ids).toContain('author');
      }),
    );
  });

  it('of a room that nobody tells about is the author alone', () => {
    expect(audienceAt(undefined, at(0), 'a')).toEqual({ ids: ['a'], isUnknown: true });
  });
});
