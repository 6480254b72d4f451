import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { presentationOf } from '../../../../local/symphony/world.ts';
import { bodyOf, isHidden } from '../../../../shared/connectors/symphony/messageBody.ts';
import { messageSchema } from '../../../../shared/connectors/symphony/schema.ts';

const samples = new URL('../../../../local/symphony/samples/', import.meta.url);
const sample = (name: string) => readFileSync(new URL(name, samples), 'utf8');

const message = (markup: string, more: object = {}) =>
  messageSchema.parse({
    ...{ messageId: 'm', timestamp: 1, message: presentationOf(markup) },
    ...more,
  });
const textOf = (markup: string, more: object = {}) => bodyOf(message(markup, more)).text;
const htmlOf = (markup: string, more: object = {}) =>
  bodyOf(message(markup, more)).html ?? '';

const data = sample('message_entity_data.json');
const entity = (id: number, text = '') =>
  `<span class="entity" data-entity-id="${id}">${text}</span>`;

describe('PresentationML', () => {
  it("is read as in the vendor's own sample", () => {
    const parsed = messageSchema.parse(JSON.parse(sample('get_message.json')));
    expect(bodyOf(parsed)).toEqual({
      text: 'Hello, World!',
      html: '<div>Hello, World!</div>',
    });
  });

  it('keeps mentions, tags and emoji as their reader saw them', () => {
    const markup = `${entity(0, '@Ann')} ${entity(1, '#bot')} ${entity(2, '$hello')} ${entity(3, '😀')}`;
    expect(textOf(markup, { data })).toBe('@Ann #bot $hello 😀');
  });

  it('takes from the data what the text does not have', () => {
    const markup = `${entity(1)} ${entity(2)} ${entity(3)} <span data-entity-id="4"/>!`;
    expect(textOf(markup, { data })).toBe('#bot $hello 😀 @1305690252351!');
    expect(htmlOf(markup, { data })).toContain('#bot');
  });

  it('can be read where the data cannot', () => {
    expect(textOf(`Hi ${entity(0)}there`, { data: '{"0":' })).toBe('Hi there');
  });

  it('keeps tables, lists and line breaks', () => {
    const table =
      '<table><thead><tr><th>Bank</th><th>Rate</th></tr></thead><tbody><tr><td>Acme</td><td>1.5</td></tr></tbody></table>';
    const markup = `<b>Rates</b><br/>now:${table}<ul><li>one</li><li>two</li></ul>`;
    const text = textOf(markup);
    expect(text).toMatch(/Rates\nnow:/);
    expect(text).toMatch(/Bank +Rate\nAcme +1\.5/);
    expect(text).toMatch(/\* one\n \* two/);
    expect(htmlOf(markup)).toContain('<td>Acme</td>');
  });

  it('shows what a form asks for', () => {
    const markup = `<form id="f"><h3>Order</h3>
      <input type="text" name="amount" placeholder="How many?"/>
      <textarea name="note" placeholder="Why?"></textarea>
      <input type="hidden" name="secret" value="x"/>
      <select name="bank"><option value="1">Acme</option><option value="2">Gotham</option></select>
      <radio name="r" value="a" checked="true">Buy</radio><radio name="r" value="b">Sell</radio>
      <person-selector name="to" placeholder="To whom?"/>
      <button type="action" name="go">Send it</button></form>`;
    const text = textOf(markup);
    for (const part of [
      ...['Order', '[How many?]', '[Why?]', '* Acme', '* Gotham', '[x] Buy', '[ ] Sell'],
      ...['[To whom?]', '[Send it]'],
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain('secret');
    expect(htmlOf(markup)).not.toMatch(/<(form|input|select|button|textarea)/);
  });

  it('shows what a form has been given already', () => {
    const markup =
      '<form id="f"><textarea name="note" placeholder="Why?">Because.</textarea><input type="text" name="n" placeholder="How many?" value="5"/></form>';
    expect(textOf(markup)).toBe('[Why?: Because.] [How many?: 5]');
  });

  it('shows which option of a form is chosen already', () => {
    const markup =
      '<select name="bank"><option value="1">Acme</option><option value="2" selected="true">Gotham</option></select>';
    expect(textOf(markup).trim()).toMatch(/^\* Acme\n\s*\* \[x\] Gotham$/);
  });

  it('says that there was a chime, and what an image shows', () => {
    const markup =
      '<audio src="https://example.com/chime.mp3" autoplay="true"/><img src="https://example.com/a.png" alt="A cat"/>';
    expect(textOf(markup)).toBe('[chime]A cat');
    expect(htmlOf(markup)).not.toContain('example.com');
  });

  it('runs nothing', () => {
    const markup = `<script>alert(1)</script><style>b{}</style><a href="javascript:alert(1)">x</a><b onclick="alert(1)">y</b><iframe src="https://example.com">z</iframe>`;
    const { text, html } = bodyOf(message(markup));
    expect(text).toBe('xy');
    expect(html).not.toMatch(/alert|javascript|onclick|iframe/);
  });

  it('keeps what is escaped as text', () => {
    const markup = 'a &lt;b&gt; &amp; c';
    expect(textOf(markup)).toBe('a <b> & c');
    expect(htmlOf(markup)).toBe('<div>a &lt;b&gt; &amp; c</div>');
  });

  it('takes no time over a hostile message', () => {
    const hostile = '<span data-entity-id="'.repeat(20_000) + '<radio '.repeat(20_000);
    const begin = performance.now();
    bodyOf(message(hostile));
    bodyOf(message('<div>'.repeat(20_000)));
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});

describe('a message that could not be decrypted', () => {
  it.each([
    ['has no text', { message: null, diagnostic: 'Failed.' }, true],
    ['has no text and no diagnostic', { message: null }, true],
    ['has an empty root', { message: presentationOf(''), diagnostic: 'Failed.' }, true],
    ['has a text', { message: presentationOf('Hi'), diagnostic: 'Odd.' }, false],
    ['is an empty one', { message: presentationOf('') }, false],
    ['is a file alone', { message: null, attachments: [{ id: 'f' }] }, false],
  ])('is told by what it %s', (_, fields, expected) => {
    const parsed = messageSchema.parse({ messageId: 'm', timestamp: 1, ...fields });
    expect(isHidden(parsed)).toBe(expected);
  });
});
