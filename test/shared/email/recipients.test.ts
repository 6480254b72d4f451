import { Readable } from 'node:stream';
import PostalMime from 'postal-mime';
import { describe, expect, test } from 'vitest';
import { mailboxOf, recipients } from '../../../shared/email/addresses.ts';
import { readEmail } from '../../../shared/email/read.ts';
import { ada, anItem, compose, grace } from './compositions.ts';

describe('a person', () => {
  test('with a valid address has that address', () => {
    expect(mailboxOf(ada, 'webex')).toEqual({ name: ada.name, address: ada.address });
  });

  test('in a domain with other letters gets its ASCII form', () => {
    const person = { id: 'u', address: ' User@Bücher.example ' };

    expect(mailboxOf(person, 'webex').address).toBe('User@xn--bcher-kva.example');
  });

  test.each([
    '',
    'ada',
    'jörg@example.com',
    'a b@example.com',
    'a@b@c',
    'a@-b.com',
    '@b.com',
  ])('whose address is %j becomes an id that reaches nobody', (address) => {
    expect(mailboxOf({ id: 'u-1', name: 'Jörg', address }, 'zoom')).toEqual({
      name: 'Jörg',
      address: 'u-1@zoom.invalid',
    });
  });

  test('without a name keeps the address that could not be used as the name', () => {
    expect(mailboxOf({ id: 'u-1', address: 'jörg@example.com' }, 'zoom').name).toBe(
      'jörg@example.com',
    );
  });

  test.each(['', 'a b', 'a\r\nb', 'ü', '.a', 'a@b', 'x'.repeat(500)])(
    'whose id is %j gets a hash in its place',
    (id) => {
      expect(mailboxOf({ id }, 'webex').address).toMatch(/^[\da-f]{32}@webex\.invalid$/);
    },
  );
});

describe('the recipients', () => {
  test('are all but the author, each once, whatever the order', () => {
    const people = [
      { id: 'z' },
      { ...grace, address: 'GRACE@example.com' },
      grace,
      { id: grace.id, name: 'Grace without an address' },
      { id: 'another', address: 'ADA@example.com' },
      { id: ada.id, name: 'Ada without an address' },
      { id: 'Z' },
    ];
    const expected = ['GRACE@example.com', 'Z@webex.invalid', 'z@webex.invalid'];

    for (const list of [people, people.toReversed()]) {
      expect(recipients(list, ada, 'webex').map(({ address }) => address)).toEqual(
        expected,
      );
    }
  });

  test('may be five thousand', async () => {
    const participants = Array.from({ length: 5000 }, (_, i) => ({
      id: `u${i}`,
      name: i % 2 ? `Größe ${i}` : `Person ${i}`,
      address: `person.${i}@example.com`,
    }));
    const email = await compose(anItem({ participants }));
    const lines = email.toString('latin1').split('\r\n');

    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(100);
    expect((await PostalMime.parse(email)).to).toHaveLength(5000);
    expect((await readEmail(Readable.from([email]), 0)).to).toHaveLength(5000);
  });
});

test('an id or an address that readers would decode is not shown as it is', () => {
  const word = '=?utf-8?B?QmNj?=';

  expect(mailboxOf({ id: word }, 'webex').address).toMatch(
    /^[\da-f]{32}@webex\.invalid$/,
  );
  expect(mailboxOf({ id: 'a', address: `${word}@example.com` }, 'webex')).toEqual({
    name: '= ?utf-8?B?QmNj?=@example.com',
    address: 'a@webex.invalid',
  });
});
