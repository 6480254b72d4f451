import { SourceFailure } from '../page/sourceFaults.ts';
import type { ExportContents, ExportFile, Folder } from './entries.ts';
import { parseText } from './parseText.ts';
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
    ...{ files: new Map(), attached: new Map(), things: new Map() },
    ...{ traces: new Map(), problems: new Map(), refused: new Set() },
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
    if (file.folder === 'posts') continue;
    const note = notes[file.folder];
    await eachRecord(survey, file, (record) => note?.(survey, record));
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

/** Altered, these would put emails into wrong mailboxes: they are read only if they are whole. */
const decidesWhoGetsIt = ({ folder }: ExportFile): boolean =>
  ['members', 'guests', 'chats'].includes(folder);

/**
 * A list that breaks off in a file that is whole is read as far as it goes, and remembered. A file
 * that is not whole is refused: what it says may have been altered, and would count as archived.
 */
async function eachRecord(
  survey: Survey,
  file: ExportFile,
  note: (record: unknown) => void,
  isOfUse: (text: string) => boolean = () => true,
): Promise<void> {
  try {
    if (decidesWhoGetsIt(file)) await file.verify();
    for await (const record of file.records()) {
      if (record.kind === 'text' && isOfUse(record.text))
        note(parseText(record.text).value);
    }
  } catch (error) {
    if (!isBadFile(error)) throw error;
    const fault = (await faultOf(file)) ?? error;
    if (fault instanceof BadZip) survey.refused.add(file);
    survey.problems.set(
      file.dataset,
      `a file of its folder ${file.called}: ${fault.message}`,
    );
  }
}

/** A list that can't be read is left before the checksum at its end. */
async function faultOf(file: ExportFile): Promise<BadZip | undefined> {
  try {
    await file.verify();
    return undefined;
  } catch (error) {
    if (error instanceof BadZip) return error;
    throw error;
  }
}

/** True for what is wrong with the export itself. */
export const isBadFile = (error: unknown): error is BadZip | BadRecords =>
  error instanceof BadZip || error instanceof BadRecords;

/** Why an export does not tell who could read what, for administrators; undefined if it does. */
export function blindnessOf({ refused, problems }: Survey): SourceFailure | undefined {
  const file = [...refused].find(decidesWhoGetsIt);
  if (!file) return undefined;
  return new SourceFailure(
    `RingCentral's export does not tell who could read what (dataset ${file.dataset}: ${problems.get(file.dataset)}). Nothing of it is archived, and the next run asks for the window again; if this repeats, report it to RingCentral Support.`,
    false,
  );
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
