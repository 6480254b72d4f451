import { convert } from 'html-to-text';
import type { Person } from '../../archive/state/item.ts';
import { instant } from './fields.ts';
import type { ItemRaw, Thing } from './records.ts';
import type { EventRecord, Note, Post, TaskRecord } from './schema.ts';
import { readableText } from './text.ts';

/** What an email says of an item: its text, its HTML, and sentences below. */
export interface Body {
  text: string;
  html?: string;
  notes?: string[];
}

/** What names the ids in a body. */
export interface Names {
  person(id: string): Person;
  thing(id: string): Thing | undefined;
}

/** What a reader saw of an item. */
export function bodyOf(raw: ItemRaw, names: Names): Body {
  switch (raw.kind) {
    case 'post':
      return postBody(raw.source, names);
    case 'task':
      return { text: taskText(raw.source, names) };
    case 'note':
      return noteBody(raw.source);
    case 'event':
      return { text: eventText(raw.source) };
    case 'file':
      return { text: `File: ${raw.source.name ?? raw.source.id}` };
    default:
      return {
        text: `An item of a kind that this version does not know (${raw.folder}):\n${JSON.stringify(raw.source, null, 2)}`,
      };
  }
}

function postBody(
  { text = '', attachments = [], mentions = [] }: Post,
  names: Names,
): Body {
  const called = new Map(mentions.map(({ id, name }) => [id, name]));
  const body = readableText(
    text,
    (_, id) => nameOf(names.person(id)) ?? names.thing(id)?.title ?? called.get(id) ?? id,
  );
  const notes = attachments.flatMap(({ id, type }) => attachmentNote(id, type, names));
  return { ...body, ...(notes.length > 0 && { notes }) };
}

const nameOf = ({ name, address }: Person): string | undefined => name ?? address;

/** Files ride in the email; the rest are items of their own, or cards that no export describes. */
function attachmentNote(id: string, type: string | undefined, names: Names): string[] {
  const kind = type?.toLowerCase();
  if (kind === 'file') return [];
  const thing = names.thing(id);
  if (thing?.type === 'File') return [];
  if (thing) return [`${thing.type}: ${thing.title || id}`];
  if (kind === 'task' || kind === 'note' || kind === 'event') return [`${type}: ${id}`];
  return [`A card or link that RingCentral's export does not describe (${id}).`];
}

const line = (label: string, value: string | number | undefined): string[] =>
  value === undefined || value === '' ? [] : [`${label}: ${value}`];

/** A time that can't be read is shown as it is. */
function shownTime(text: string | undefined): string | undefined {
  const time = instant.safeParse(text).data;
  return time === undefined ? text : `${time.slice(0, 16).replace('T', ' ')} UTC`;
}

function taskText(task: TaskRecord, { person }: Names): string {
  const assignees = (task.assignees ?? []).map(({ id, status }) => {
    const name = nameOf(person(id)) ?? id;
    return status ? `${name} (${status})` : name;
  });
  return [
    ...line('Task', task.subject ?? task.id),
    ...line('Status', task.status),
    ...line('Assignees', assignees.join(', ')),
    ...line('Completeness', completenessOf(task)),
    ...line('Start', shownTime(task.startDate)),
    ...line('Due', shownTime(task.dueDate)),
    ...line('Repeats', repeatsOf(task)),
    ...line('Section', task.section),
    ...(task.description ? ['', task.description] : []),
  ].join('\n');
}

function completenessOf(task: TaskRecord): string | undefined {
  const { completenessCondition, completenessPercentage } = task;
  if (completenessPercentage === undefined) return completenessCondition;
  return `${completenessCondition ?? ''} ${completenessPercentage} %`.trim();
}

function repeatsOf({ recurrence }: TaskRecord | EventRecord): string | undefined {
  const { schedule, endingAfter, endingOn } = recurrence ?? {};
  if (!schedule || schedule === 'None') return undefined;
  const end =
    (endingOn && `, until ${shownTime(endingOn)}`) ??
    (endingAfter !== undefined && `, ${endingAfter} times`);
  return `${schedule}${end || ''}`;
}

/** A note's body is HTML: https://developers.ringcentral.com/api-reference/Notes */
function noteBody({ title, id, body = '' }: Note): Body {
  const heading = `Note: ${title ?? id}`;
  if (!/<[a-z!/][^>]*>|&[a-z#0-9]+;/i.test(body)) {
    return { text: [heading, body].filter(Boolean).join('\n\n') };
  }
  const text = convert(body, { wordwrap: false });
  return {
    text: `${heading}\n\n${text}`,
    html: `<p>Note: ${inHtml(title ?? id)}</p>${body}`,
  };
}

const inHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function eventText(event: EventRecord): string {
  return [
    ...line('Event', event.subject ?? event.id),
    ...line('Starts', shownTime(event.startTime)),
    ...line('Ends', shownTime(event.endTime)),
    ...line('Location', event.location),
    ...line('Repeats', repeatsOf(event)),
    ...(event.description ? ['', event.description] : []),
  ].join('\n');
}
