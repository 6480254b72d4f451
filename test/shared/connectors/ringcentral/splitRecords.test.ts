import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BadRecords,
  type RawRecord,
  splitRecords,
} from '../../../../shared/connectors/ringcentral/splitRecords.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function split(text: string, size = 7): Promise<RawRecord[]> {
  const found: RawRecord[] = [];
  for await (const record of splitRecords(inPieces(text, size))) found.push(record);
  return found;
}

const valuesOf = (records: RawRecord[]): unknown[] =>
  records.map((record) => record.kind === 'text' && JSON.parse(record.text));

describe('the records of a file', () => {
  it('are those that a parser finds, however the bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue(), { maxLength: 8 }),
        fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(undefined, 2),
        async (records, others, size, indent) => {
          const text = JSON.stringify({ ...others, records }, null, indent);
          const found = valuesOf(await split(text, size));
          expect(found).toEqual(JSON.parse(JSON.stringify(records)));
        },
      ),
    );
  });

  it('may be an array of their own', async () => {
    expect(valuesOf(await split('\ufeff [{"a":1}, [2], 3]'))).toEqual([{ a: 1 }, [2], 3]);
  });

  it('are none of a list inside of another thing', async () => {
    const text = '{"meta":{"records":[1,2]},"more":["records",[7]],"records":[3]}';
    expect(valuesOf(await split(text))).toEqual([3]);
  });

  it.each([
    ['{"records":[{"a":1},{"b"', 'it breaks off'],
    ['{"records":["a', 'it breaks off'],
    ['{"items":[1]}', 'it holds no list of records'],
    ['', 'it holds no list of records'],
    ['<html>', 'it holds no list of records'],
    ['[]]', 'it is no JSON'],
  ])('of %j are refused', async (text, reason) => {
    await expect(split(text)).rejects.toThrow(new BadRecords(reason));
  });

  it('that are larger than anything are measured, and the others read', async () => {
    const huge = `"${'x'.repeat(17 * 1024 * 1024)}"`;
    const [first, second, third] = await split(`{"records":[1,${huge},2]}`, 65_536);
    expect([first, third]).toEqual([
      { kind: 'text', text: '1' },
      { kind: 'text', text: '2' },
    ]);
    expect(second).toMatchObject({ kind: 'tooLarge', bytes: huge.length });
  });
});
