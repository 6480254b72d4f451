import { shallow } from './shallow.ts';

/** The value in a text that should be JSON, with or without a BOM; undefined if it is none. */
export function parseJson(text: string): unknown {
  try {
    return shallow(JSON.parse(text.replace(/^\ufeff/, '')));
  } catch {
    return undefined;
  }
}
