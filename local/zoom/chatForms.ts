import {
  type ChatAudience,
  isUser,
  type SimGroup,
  type SimMeeting,
  type SimMessage,
  type SimPerson,
} from './model.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** `01:02:03` */
export function clock(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** https://developers.zoom.us/docs/api/references/archived-json-schema/ */
export function chatJson(meeting: SimMeeting): Buffer {
  const messages = meeting.messages.map((message) => messageJson(meeting, message));
  return Buffer.from(JSON.stringify({ uuid: meeting.uuid, messages }));
}

function messageJson(meeting: SimMeeting, message: SimMessage) {
  const { type, second, sender, audience, text, about, files } = message;
  const isEvent = type === 3 || type === 6;
  return {
    msg_type: type,
    e_time: clock(second),
    e_archive_time: clock(second),
    s_id: isUser(sender) ? sender.id : '',
    s_name: base64(sender.name),
    s_email: base64(isUser(sender) ? sender.address : (sender.typed ?? '')),
    ...(audience.to === 'person' && receiverJson(audience.person)),
    ...(type !== 5 && { msg_id: base64(message.id) }),
    ...(type !== 5 && type !== 3 && { msg_content: base64(text) }),
    ...(type === 5 && { msg_content: text }),
    ...(isEvent && { original_msg_id: base64(about ?? '') }),
    ...(type === 7 && { parent_msg_id: base64(about ?? '') }),
    ...(audience.to === 'group' && { private_group_id: base64(audience.group.id) }),
    ...(type !== 4 &&
      type !== 5 && {
        msg_extended_type: message.digits ?? digitsOf(meeting, type, audience),
      }),
    ...(files.length > 0 && {
      files: files.map(({ id, name, bytes }) => ({
        ...{ fileId: id, fileName: name, fileSize: bytes },
      })),
    }),
  };
}

const receiverJson = (person: SimPerson) => ({
  r_id: isUser(person) ? person.id : '',
  r_name: base64(person.name),
  r_email: base64(isUser(person) ? person.address : (person.typed ?? '')),
});

const audiences = {
  everyone: '01',
  person: '04',
  group: '07',
  hosts: '06',
  waitingRoom: '05',
};

function digitsOf(meeting: SimMeeting, type: number, { to }: ChatAudience): string {
  const place = meeting.isBreakout ? '03' : '01';
  const from = to === 'hosts' ? '04' : place;
  const into = to === 'waitingRoom' ? '04' : place;
  const action = type === 3 ? '02' : type === 6 ? '03' : '01';
  return `${from}${into}${action}00${audiences[to]}00`;
}

/** What the text form leaves out: deletions, edits, reactions, waiting rooms. */
export function chatText(meeting: SimMeeting): Buffer {
  const nameOf = ({ name }: SimPerson) => name.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const lines = meeting.messages
    .filter(({ type }) => [1, 2, 7].includes(type))
    .map(({ second, sender, audience, text }) => {
      const to =
        audience.to === 'person'
          ? `${nameOf(audience.person)}(Direct Message)`
          : 'Everyone';
      const body = text.replaceAll('\n', '\n\t');
      return `${clock(second)} From  ${nameOf(sender)}  to  ${to}:\n\t${body}\n`;
    });
  return Buffer.from(lines.join(''));
}

/** Who was in which private group: elapsed times since archiving began. */
export function groupLog(meeting: SimMeeting): Buffer {
  const groupOf = ({ id, members }: SimGroup) => ({
    ...{ id, createTime: '00:00:00', deleteTime: clock(24 * 3600) },
    actions: members.map(({ person, from, to }) => ({
      ...(isUser(person) && { email: person.address }),
      ...{ joinTime: clock(from), leaveTime: clock(to) },
    })),
  });
  const log = {
    archiving_start_time: meeting.start.toISOString(),
    private_group: meeting.groups.map(groupOf),
  };
  return Buffer.from(JSON.stringify(log));
}
