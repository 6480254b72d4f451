import type { ExportContents, ExportFile, Folder } from './entries.ts';
import { SourceFailure } from './faults.ts';
import { BadRecords } from './splitRecords.ts';
import {
  noteChat,
  noteEvent,
  noteFile,
  noteNote,
  notePerson,
  notePost,
  noteTask,
} from './surveyRecords.ts';
import type { Survey } from './surveyTypes.ts';
import { BadZip } from './zip.ts';

/** Of an export of nothing. */
export function emptySurvey(): Survey {
  return {
    ...{ people: new Map(), accounts: new Map(), chats: new Map() },
    ...{ files: new Map(), attached: new Set(), things: new Map() },
    ...{ traces: new Map(), problems: new Map() },
  };
}

/** What is remembered of a record, by its folder. */
const notes: Partial<Record<Folder, (survey: Survey, record: unknown) => void>> = {
  members: notePerson,
  guests: notePerson,
  chats: noteChat,
  files: noteFile,
  tasks: noteTask,
  notes: noteNote,
  events: noteEvent,
};

/** Everything but the posts, which need to know what is asked of them. */
export async function surveyAccount({ files, broken }: ExportContents): Promise<Survey> {
  const survey = emptySurvey();
  for (const { dataset, reason } of broken) survey.problems.set(dataset, reason);
  for (const file of files) {
    const note = notes[file.folder];
    if (note) await eachRecord(survey, file, (record) => note(survey, record));
  }
  return survey;
}

/** Which files the posts have, and who wrote when in the chats that are `asked` about. */
export async function surveyPosts(
  survey: Survey,
  { files }: ExportContents,
  asked: Set<string>,
): Promise<void> {
  // Most of an export are posts without attachments, in chats of which all is known.
  const isOfUse = (text: string) => asked.size > 0 || hasAttachments.test(text);
  for (const file of files) {
    if (file.folder !== 'posts') continue;
    const note = (record: unknown) => notePost(survey, record, asked);
    await eachRecord(survey, file, note, isOfUse);
  }
}

const hasAttachments = /"attachments"\s*:\s*\[\s*\{/;

/** A file that breaks off is read as far as it goes, and remembered. */
async function eachRecord(
  survey: Survey,
  { dataset, called, records }: ExportFile,
  note: (record: unknown) => void,
  isOfUse: (text: string) => boolean = () => true,
): Promise<void> {
  try {
    for await (const record of records()) {
      if (record.kind === 'text' && isOfUse(record.text)) note(parsed(record.text));
    }
  } catch (error) {
    if (!isBadFile(error)) throw error;
    survey.problems.set(dataset, `a file of its folder ${called}: ${error.message}`);
  }
}

/** True for what is wrong with the export itself. */
export const isBadFile = (error: unknown): error is BadZip | BadRecords =>
  error instanceof BadZip || error instanceof BadRecords;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What could not be read of an export, for administrators; undefined if all could. */
export function problemOf({ problems }: Survey): SourceFailure | undefined {
  if (problems.size === 0) return undefined;
  const parts = [...problems].map(([dataset, reason]) => `dataset ${dataset}: ${reason}`);
  return new SourceFailure(
    `A part of RingCentral's export can't be read (${parts.join('; ')}). Everything else is archived, and the next run asks for the window again; if this repeats, report it to RingCentral Support.`,
    false,
  );
}
