import { describe, expect, test } from 'vitest';
import type { ArchiveItem } from '../../../shared/archive/state/item.ts';
import { bodyOf } from '../../../shared/email/body.ts';
import { ada, anItem, grace, origin } from './compositions.ts';
import { goldenItems } from './goldenItems.ts';

function textOf(changes: Partial<ArchiveItem>): string {
  return bodyOf(anItem(changes), origin).text.replaceAll('\r\n', '\n');
}

function htmlOf(html: string): string {
  const body = bodyOf(anItem({ html }), origin).html ?? '';
  return /<div>(.*)<\/div>\r\n<hr>/s.exec(body)?.[1] ?? '';
}

describe('the text', () => {
  const quote = { author: ada, at: new Date('2026-11-20T10:00:00Z'), text: 'Hello' };

  test.each([
    [{ event: 'created' }, 'Shall we meet'],
    [
      { event: 'edited', quote },
      'Ada Lovelace edited a message of 2026-11-20 10:00:00 UTC.',
    ],
    [{ event: 'edited' }, 'Ada Lovelace edited an earlier message.'],
    [{ event: 'edited', change: 'The session had grown.' }, 'The session had grown.'],
    [
      { event: 'deleted', quote, author: grace },
      'Grace Hopper deleted a message by Ada Lovelace of 2026-11-20 10:00:00 UTC.',
    ],
    [{ event: 'deleted', quote, change: 'It was deleted.' }, 'It was deleted.'],
    [
      { event: 'supplemented', quote },
      'This supplements a message of 2026-11-20 10:00:00 UTC.',
    ],
  ] satisfies [Partial<ArchiveItem>, string][])(
    'of %o begins as expected',
    (item, begin) => {
      expect(textOf(item).startsWith(begin)).toBe(true);
    },
  );

  test('says everything in its order and ends with the footer', () => {
    const text = textOf({
      event: 'edited',
      quote,
      notes: ['A note.'],
      missing: [{ name: 'film.mp4', bytes: 5, sha256: 'ab', reason: 'It is too large.' }],
      partial: 'The text is locked.',
    });

    expect(text.split('\n\n').slice(1)).toEqual([
      'Shall we meet at noon?',
      'Ada Lovelace wrote on 2026-11-20 10:00:00 UTC:\n> Hello',
      'A note.',
      'File not included: film.mp4 (5 bytes, SHA-256 ab): It is too large.',
      'Not complete: The text is locked.',
      '________________\nSource: webex\nConversation: Analytical Engine\nItem: message-1\nEvent: edited\n',
    ]);
  });

  test('keeps every letter and no control character or override', () => {
    const text = textOf({
      text: 'a\0b\r\nc\rd\u202ee\tf \u200fשלום\u200f 👩‍👩‍👧‍👦 \ud83d',
    });

    expect(text.startsWith('ab\nc\nde\tf \u200fשלום\u200f 👩‍👩‍👧‍👦 \ufffd\n')).toBe(true);
  });
});

describe('the HTML', () => {
  test('is there only where the source has it', () => {
    expect(bodyOf(anItem(), origin).html).toBeUndefined();
  });

  test('is the text where nothing of it may stay', () => {
    expect(htmlOf('<script>x</script>')).toBe('Shall we meet at noon?');
  });

  test.each([
    ['<b>x', '<b>x</b>'],
    ['<spark-mention data-object-id="1">Bob</spark-mention>', 'Bob'],
    ['<img src="https://x.example/y.png" alt="a <cat>">', 'a &lt;cat&gt;'],
    ['<a href="//x.example">x</a>', '<a>x</a>'],
    ['<a href="java&#10;script:x">x</a>', '<a>x</a>'],
    ['<p style="color: red" class="x" id="y" onclick="z()">x</p>', '<p>x</p>'],
    ['a &#8238;b&#0;', 'a b\ufffd'],
    [
      '<a href="https://x.example/?a&b" target="_blank">x</a>',
      '<a href="https://x.example/?a&amp;b" rel="noopener noreferrer nofollow">x</a>',
    ],
  ])('of %j is %j', (html, expected) => {
    expect(htmlOf(html)).toBe(expected);
  });

  test('loads nothing and runs nothing, whatever the source says', () => {
    const body = bodyOf(goldenItems.hostileHtml ?? anItem(), origin).html;

    expect(body).not.toMatch(
      /evil|steal|<(?:img|script|style|form|iframe|base|svg|input)/i,
    );
  });

  test('escapes names, notes and quotes', () => {
    const hostile = '<img src=x onerror="steal()">';
    const body = bodyOf(
      anItem({
        event: 'edited',
        html: 'x',
        itemId: hostile,
        author: { id: 'eve', name: hostile },
        conversation: { id: 'c', name: hostile },
        notes: [hostile],
        partial: hostile,
        missing: [{ name: hostile, reason: hostile }],
        quote: { author: { id: 'e', name: hostile }, at: new Date(0), text: hostile },
      }),
      origin,
    ).html;

    expect(body).not.toContain('<img');
  });

  test('of a thousand nested tags is flattened in good time', () => {
    expect(htmlOf('<b>'.repeat(20_000)).split('<b>').length).toBeLessThanOrEqual(101);
  });
});
