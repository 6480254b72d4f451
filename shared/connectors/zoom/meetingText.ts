import type { MeetingContext } from './meeting.ts';
import type { Line } from './records.ts';
import type { Attendee, Stay } from './roster.ts';

/** A meeting as somebody reads it: what it was, who was there and when, and what they wrote. */
export function meetingText(meeting: MeetingContext, lines: Line[]): string {
  const { attendees = [] } = meeting;
  return [
    ...facts(meeting),
    '',
    `Participants (${attendees.length})`,
    ...attendees.map((attendee) => attendeeLine(attendee, meeting)),
    ...(lines.length > 0 ? ['', 'Chat', ...transcript(lines)] : []),
  ].join('\n');
}

function facts(meeting: MeetingContext): string[] {
  const { topic, number, host, start, end, isWebinar, isBreakout } = meeting;
  const kind = isWebinar ? 'Webinar' : isBreakout ? 'Breakout room' : 'Meeting';
  return [
    `${kind}: ${oneLine(topic) || '(no topic)'}`,
    ...(number === undefined ? [] : [`Meeting ID: ${number}`]),
    `Host: ${nameOf(host)}`,
    `Began: ${instant(start)}`,
    ...(end === undefined || end <= start ? [] : [`Ended: ${instant(end)}`]),
  ];
}

const nameOf = ({ name, address }: Attendee | MeetingContext['host']): string => {
  if (name && address) return oneLine(`${name} <${address}>`);
  return oneLine(name || address || '(unknown)');
};

/** A name with a line break could put words into somebody's mouth. */
const oneLine = (text: string): string =>
  text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim();

function attendeeLine(attendee: Attendee, { start }: MeetingContext): string {
  const times = attendee.stays.map((stay) => span(stay, start)).filter(Boolean);
  return `- ${nameOf(attendee)}${times.length > 0 ? `: ${times.join(', ')}` : ''}`;
}

/** With the day where it is not the day of the meeting's beginning. */
function span({ from, to }: Stay, start: string): string {
  const short = (time: string | undefined) => {
    if (time === undefined) return '?';
    return time.slice(0, 10) === start.slice(0, 10)
      ? time.slice(11, 19)
      : time.slice(0, 19).replace('T', ' ');
  };
  return from === undefined && to === undefined ? '' : `${short(from)}–${short(to)} UTC`;
}

/** `[10:02:11] Jane Doe: Hello`; lines that follow are indented. */
export const transcript = (lines: Line[]): string[] =>
  lines.map(({ time, who, text, note, files }) => {
    const head = `[${oneLine(time) || '?'}] ${oneLine(who)}${note ? ` (${oneLine(note)})` : ''}`;
    const said = text.replace(/\r\n?|\n|[\u2028\u2029]/g, '\n    ');
    const shared = files.map((name) => `[file: ${oneLine(name)}]`).join(' ');
    const body = [said, shared].filter(Boolean).join(' ');
    return body ? `${head}: ${body}` : head;
  });

const instant = (time: string): string => `${time.slice(0, 19).replace('T', ' ')} UTC`;
