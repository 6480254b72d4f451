import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readableText } from '../../../../shared/connectors/ringcentral/text.ts';

const read = (text: string) => readableText(text, (type, id) => `${type} ${id}`);

describe('the text of a post', () => {
  it.each([
    ['plain', 'plain'],
    ['**bold** and *italics* and _under_', 'bold and italics and under'],
    ['2 * 3 * 4, a*b*c, snake_case_name', '2 * 3 * 4, a*b*c, snake_case_name'],
    ['[a link](https://x.example/a)', 'a link (https://x.example/a)'],
    ['[https://x.example](https://x.example)', 'https://x.example'],
    ['[not](javascript:alert(1))', '[not](javascript:alert(1))'],
    ['![:Person](1), ![:File](2)', '@Person 1, File 2'],
    ["<a class='at_mention_compose' rel='{\"id\":5}'>@Ann</a> hi", '@Ann hi'],
  ])('%j reads %j', (source, text) => {
    expect(read(source).text).toBe(text);
  });

  it('has HTML where it has marks, in which nothing of it is markup', () => {
    expect(read('plain <b>')).toEqual({ text: 'plain <b>' });
    const { html } = read('> quoted\n* one\n**<script>**');
    expect(html).toBe(
      '<p><blockquote>quoted</blockquote>\n<ul><li>one</li></ul>\n<b>&lt;script&gt;</b><br></p>',
    );
  });

  it('is soon read, whatever it is', () => {
    const hostile = ['[', '**', '![:', '_', '* ', '[a](https://', "<a class='at_"];
    for (const part of hostile) {
      const started = performance.now();
      read(part.repeat(20_000));
      expect(performance.now() - started).toBeLessThan(2000);
    }
  });

  it('loses no letter', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab *_[]()\n>') }), (source) => {
        const letters = (text: string) => text.replace(/[^ab]/g, '');
        expect(letters(read(source).text)).toBe(letters(source));
      }),
    );
  });
});
