import { describe, expect, test } from 'vitest';
import { parseJson } from '../../shared/parseJson.ts';

describe('JSON that is nested deeper than a stack', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;

  test('can be written again, and leaves what stands beside it alone', () => {
    const value = parseJson(`{"text":"Buy.","odd":${deep},"__proto__":${deep}}`);
    expect(JSON.stringify(value)).toMatch(/^\{"text":"Buy\.".*nested too deeply/);
  });

  test('does not change what is nested as usual', () => {
    const text = '{"a":[{"b":{"c":[1,null,"x"]}}],"__proto__":{"d":1}}';
    expect(JSON.stringify(parseJson(text))).toBe(text);
  });
});
