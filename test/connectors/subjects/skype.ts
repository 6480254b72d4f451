import {
  type ChatConversation,
  type ChatMessage,
  type ChatPerson,
  complianceXml,
} from '../../../local/skype/complianceXml.ts';
import { eml } from '../../../local/skype/eml.ts';
import { skype } from '../../../shared/connectors/skype/index.ts';
import { createFakeDrop } from '../../shared/connectors/fakes.ts';
import { minutesAgo } from '../../shared/connectors/pipeline.ts';
import {
  type ContractSubject,
  credentialProblems,
  fileFlaws,
  noneOf,
  type Said,
  type Someone,
  type Source,
  type SourceOptions,
  type Talk,
  troubles,
} from '../subject.ts';

const unknownField = 'brandNewField';
const noServer =
  'Nothing is asked of a server: the files lie in the storage, whose faults are tested beside.';
const noSuchFile =
  'A file is a part of its export, or lies beside it as a whole; what is not there is tested beside.';

export const skypeSubject: ContractSubject = {
  name: 'Skype for Business',
  type: skype,
  secrets: [],
  unknownField,
  lacks: {
    ...noneOf(troubles, noServer),
    ...noneOf(
      credentialProblems,
      'There are no credentials: the drop container is part of the own storage.',
    ),
    ...noneOf(
      fileFlaws.map((flaw) => `a file that is ${flaw}` as const),
      noSuchFile,
    ),
    edits:
      'What was said stays; a session that grew is exported again, which is tested beside.',
    deletions: 'The exports do not tell of deletions.',
    windows:
      'A run takes every file that was not taken before; the window does not choose.',
    'late items': 'A file is taken when it comes, however late; that is tested beside.',
    'items that are listed again': 'A file that was taken is not read again.',
  },
  open: openSkype,
};

/** Chat rooms in one export that grows; what has a file is a session with an upload. */
async function openSkype({ hasUnknownFields }: SourceOptions): Promise<Source> {
  const drop = createFakeDrop();
  const rooms = new Map<Talk, ChatConversation>();
  const person = createCrowd();
  let sessions = 0;

  function roomOf(talk: Talk): ChatConversation {
    const uri = `ma-chan://example.com/${rooms.size + 1}`;
    const known = rooms.get(talk) ?? { room: { uri, name: talk.name }, messages: [] };
    if (!rooms.has(talk) && !talk.isUntold) {
      const at = minutesAgo(2 * 24 * 60);
      known.messages.push(
        ...talk.people.map((one) => ({ type: 'JOIN', by: person(one), at })),
      );
    }
    rooms.set(talk, known);
    return known;
  }

  function write(talk: Talk, message: ChatMessage): void {
    const extra = hasUnknownFields ? { [unknownField]: 'news' } : {};
    roomOf(talk).messages.push({ ...message, extra });
    const chunks = complianceXml([...rooms.values()]);
    drop.put('persistent-chat/rooms.xml', chunks);
  }

  function sayInRoom({ in: talk, by, at, text, unknown }: Said): void {
    const { messages } = roomOf(talk);
    write(talk, {
      ...{ by: person(by), at, content: text, id: messages.length + 1 },
      type: unknown === 'type' ? 'PINNED' : 'CHAT',
      hasNoTime: unknown === 'content',
    });
  }

  return {
    settings: {},
    drop,
    say(said) {
      const { in: talk, by, at, text, file } = said;
      if (!file) return sayInRoom(said);
      const to = talk.people.filter(({ address }) => address !== by.address);
      const session = { from: by, to, at, text, subject: talk.name, files: [file] };
      drop.put(`eml/sql_lync/session-${++sessions}.eml`, eml(session));
    },
    join: (talk, someone, at) => write(talk, { type: 'JOIN', by: person(someone), at }),
    leave: (talk, someone, at) => write(talk, { type: 'PART', by: person(someone), at }),
    violations: () => [],
    close: async () => {},
  };
}

function createCrowd() {
  const people = new Map<string, ChatPerson>();
  return ({ name, address, isExternal = false }: Someone): ChatPerson => {
    const known = people.get(address);
    const someone = known ?? { name, address, isExternal, number: people.size + 1 };
    people.set(address, someone);
    return someone;
  };
}
