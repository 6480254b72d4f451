import type { ChatConversation, ChatMessage, ChatPerson } from './complianceXml.ts';
import { cast } from './samplePeople.ts';

const { matt, mike, jane, john, julie, zoe, tariq, ana } = cast;

type Ago = (minutes: number) => Date;
const did = (type: string, by: ChatPerson, at: Date): ChatMessage => ({ type, by, at });

/** What Tariq uploads, and under which name the server stored it. */
export const upload = {
  name: '7c1f2b6e-5a0d-4b7e-9a52-3f0e6d1b8c44.txt',
  content: 'Monday: soup\nTuesday: dumplings\n',
};

/** A room that is exported with its details. */
export function desk(ago: Ago): { joins: ChatConversation; talk: ChatConversation } {
  const room = { uri: 'ma-chan://example.com/401', name: 'Trading desk' };
  const say = (by: ChatPerson, minutes: number, id: number, content: string) => ({
    ...{ type: 'CHAT', by, id, content, at: ago(minutes) },
  });
  const members = [matt, mike, jane, john];
  return {
    joins: { room, messages: members.map((by) => did('JOIN', by, ago(900))) },
    talk: {
      room,
      messages: [
        say(matt, 600, 1, 'Morning. The book is flat.'),
        say(mike, 595, 2, 'Client asks for 50 at 101,25 & "no worse".'),
        did('PART', jane, ago(590)),
        say(matt, 585, 3, 'Done at 101,24.'),
        did('JOIN', zoe, ago(580)),
        { ...did('BACKCHAT', zoe, ago(579)), content: 'last 20' },
        say(zoe, 570, 4, 'Grüß euch: what did I miss? 🙂'),
        say(john, 565, 5, 'Nothing > 1 % < 2 %.\nRead the blotter.'),
        did('PART', john, ago(500)),
      ],
    },
  };
}

/** One that is exported without them. */
export function lunch(ago: Ago): ChatConversation {
  return {
    room: { uri: 'ma-chan://example.com/402' },
    messages: [
      did('JOIN', julie, ago(700)),
      did('JOIN', tariq, ago(690)),
      { ...did('CHAT', julie, ago(300)), id: 1, content: 'Noon?' },
      { ...did('FILEUPLOAD', tariq, ago(290)), content: upload.name },
      { ...did('FILEDOWNLOAD', julie, ago(289)), content: upload.name },
      { ...did('CHAT', tariq, ago(288)), id: 2, content: richText },
    ],
  };
}

/** Somebody of a partner was there before the archive began, and nobody saw them join. */
export function partners(ago: Ago): ChatConversation {
  return {
    room: { uri: 'ma-chan://example.com/403', name: 'Partners' },
    messages: [
      did('JOIN', mike, ago(480)),
      { ...did('CHAT', ana, ago(240)), id: 7, content: 'The contract is signed.' },
      { ...did('CHAT', mike, ago(235)), id: 8, content: 'Congratulations.' },
    ],
  };
}

const richText =
  "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Segoe UI;}}\\f0 Today\\'92s men\\'fc is up. \\u9749?}";
