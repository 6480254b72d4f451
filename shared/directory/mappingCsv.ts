import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import { askable } from './users.ts';

/** One line of a custom mapping: somebody in the source, and the address of a mailbox. */
export interface MappingLine {
  /** An address in lower case, or an id in the one spelling that items use. */
  externalUserId: string;
  /** In lower case. */
  mailbox: string;
}

/** A custom mapping as it was read. */
export interface ParsedMapping {
  lines: MappingLine[];
  /** What is wrong, as sentences that name lines; then nothing of the file is to be used. */
  problems: string[];
}

const idColumn = 'ExternalUserId';
const mailboxColumn = 'O365UserMailbox';
const mostProblems = 20;

const recordsSchema = z.array(
  z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }),
);
type CsvRecord = z.infer<typeof recordsSchema>[number];

/** One spelling for all spellings of the source's id of a person. */
export type SpellId = (id: string) => string;

/** Reads `ExternalUserId,O365UserMailbox` as administrators and spreadsheets write it. */
export function parseMapping(content: Buffer, spellId: SpellId): ParsedMapping {
  const read = readRecords(content);
  if ('problem' in read) return { lines: [], problems: [read.problem] };
  const [header, ...records] = read.records;
  const columns = columnsOf(header);
  if (!columns) {
    const problem = `Line 1: the header must be "${idColumn},${mailboxColumn}".`;
    return { lines: [], problems: [problem] };
  }
  const mailboxes = new Map<string, string>();
  const lines: MappingLine[] = [];
  const problems: string[] = [];
  for (const { record, info } of records) {
    const id = sameness(record[columns.id] ?? '', spellId);
    const line = { id, mailbox: record[columns.mailbox] ?? '' };
    if (record.every((field) => field === '')) continue;
    const problem = problemOf(line, mailboxes);
    if (problem) problems.push(`Line ${info.lines}: ${problem}`);
    const mailbox = line.mailbox.toLowerCase();
    if (problem || mailboxes.has(id)) continue;
    mailboxes.set(id, mailbox);
    lines.push({ externalUserId: id, mailbox });
  }
  return { lines: problems.length > 0 ? [] : lines, problems: shortened(problems) };
}

function readRecords(content: Buffer): { records: CsvRecord[] } | { problem: string } {
  try {
    const records: unknown = parse(content, {
      ...{ bom: true, info: true, trim: true, skip_empty_lines: true },
      relax_column_count: true,
    });
    return { records: recordsSchema.parse(records) };
  } catch (error) {
    return { problem: `The file is no CSV: ${withoutContent(messageOf(error))}.` };
  }
}

/** The library's messages quote the file. */
const withoutContent = (message: string): string =>
  /^[\w ]+/.exec(message)?.[0].concat(lineIn(message)) ?? 'it can not be read';

const lineIn = (message: string): string => {
  const line = /at line (\d+)/.exec(message)?.[1];
  return line ? ` at line ${line}` : '';
};

function columnsOf(header: CsvRecord | undefined) {
  const names = header?.record.map((name) => name.toLowerCase()) ?? [];
  const id = names.indexOf(idColumn.toLowerCase());
  const mailbox = names.indexOf(mailboxColumn.toLowerCase());
  return id < 0 || mailbox < 0 ? undefined : { id, mailbox };
}

/** Addresses are the same in any case; other ids are not known to be. */
const sameness = (id: string, spellId: SpellId): string =>
  id.includes('@') ? id.toLowerCase() : spellId(id);

function problemOf(
  { id, mailbox }: { id: string; mailbox: string },
  mailboxes: Map<string, string>,
): string | undefined {
  if (id === '') return `${idColumn} is empty.`;
  if (mailbox === '') return `${mailboxColumn} is empty.`;
  if (!askable(mailbox)) return `${mailboxColumn} is not an email address.`;
  const before = mailboxes.get(id);
  if (before === undefined || before === mailbox.toLowerCase()) return undefined;
  return `${idColumn} is mapped to another mailbox by a line above.`;
}

function shortened(problems: string[]): string[] {
  if (problems.length <= mostProblems) return problems;
  const more = problems.length - mostProblems;
  return [...problems.slice(0, mostProblems), `${more} more lines are wrong.`];
}
