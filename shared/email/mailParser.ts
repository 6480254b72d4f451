import { MailParser, type MailParserOptions } from 'mailparser';

/** What the parser has and its types don't tell. */
interface WithTypes {
  libmime?: { detectMimeType(name: string): string };
}

/**
 * A parser that bears all names of files. Its table of file types also finds the names that every
 * object has: a file called "constructor" would end the process, where nobody can catch it.
 */
export function createMailParser(options: MailParserOptions): MailParser {
  const parser: MailParser & WithTypes = new MailParser(options);
  const { libmime } = parser;
  if (!libmime) return parser;
  const detect = libmime.detectMimeType.bind(libmime);
  libmime.detectMimeType = (name) => detect(isOfEveryObject(name) ? '' : name);
  return parser;
}

const isOfEveryObject = (name: string): boolean =>
  Object.hasOwn(Object.prototype, name.toLowerCase().replace(/^.*\.|\s/gs, ''));
