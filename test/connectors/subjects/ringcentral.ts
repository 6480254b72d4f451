import type { FaultRule } from '../../../local/ringcentral/faults.ts';
import { startSimulatedRingCentral } from '../../../local/ringcentral/server.ts';
import { defaultCredentials } from '../../../local/ringcentral/tokens.ts';
import {
  addChat,
  addPerson,
  addRecord,
  change,
  createWorld,
  type FileOptions,
  join,
  leave,
  post,
  remove,
  type SimChat,
  type SimPerson,
  type SimRecord,
  type World,
} from '../../../local/ringcentral/world.ts';
import { ringcentral } from '../../../shared/connectors/ringcentral/index.ts';
import type {
  ContractSubject,
  CredentialProblem,
  FileFlaw,
  Said,
  SaidFile,
  Someone,
  Source,
  SourceOptions,
  Talk,
} from '../subject.ts';
import { faultRuleFor } from './ringcentralFaults.ts';
import { striking } from './striking.ts';

export const ringcentralSubject: ContractSubject = {
  name: 'RingCentral',
  type: ringcentral,
  secrets: ['CLIENT_SECRET', 'JWT'],
  unknownField: 'brandNewField',
  lacks: {
    'members of the past':
      'An export shows present members only, so who left before the first one is not known.',
  },
  open: openRingCentral,
};

async function openRingCentral(options: SourceOptions): Promise<Source> {
  const { clock, problem } = options;
  const world = createWorld();
  const faults = { rules: rulesFor(problem) };
  const simulated = await startSimulatedRingCentral({
    ...{ world, faults, now: clock.now },
    quirks: { unknownFields: options.hasUnknownFields ?? false },
  });
  const stage = createStage(world);
  const posts = new Map<Said, SimRecord>();

  const postOf = (said: Said): SimRecord => {
    const record = posts.get(said);
    if (!record) throw new Error(`Nobody said "${said.text}".`);
    return record;
  };

  return {
    settings: settingsFor(problem, simulated),
    say(said) {
      const { at, text, unknown } = said;
      const [chat, author] = [stage.chat(said.in), stage.person(said.by)];
      if (unknown === 'type') {
        addRecord(world, 'whiteboards', author, { at, more: { chatId: chat.id, text } });
        return;
      }
      const record = post(world, chat, author, {
        ...{ at, text },
        ...(unknown === 'content' && { garbled: '{"id": 17, "text": nothing}' }),
        ...(said.listedFrom && { listedFrom: said.listedFrom }),
        ...(said.file && { files: [fileOf(said.file)] }),
      });
      posts.set(said, record);
    },
    edit: (said, { at, text }) => change(postOf(said), at, { text }),
    remove: (said, at) => remove(postOf(said), at),
    join: (talk, someone, at) => join(stage.chat(talk), stage.person(someone), at),
    leave: (talk, someone, at) => leave(stage.chat(talk), stage.person(someone), at),
    mend() {
      for (const file of world.files.values()) {
        delete file.flaw;
        if (file.state === 'locked') file.state = 'ready';
      }
    },
    strike(trouble, { after, times }) {
      const rule = striking({ ...faultRuleFor(trouble, clock.now()), after, times });
      faults.rules.push(rule);
      return rule.struck;
    },
    calm: () => {
      faults.rules.length = 0;
    },
    violations: () => simulated.violations,
    close: simulated.close,
  };
}

/** Chats and people, made when they are first heard of. */
function createStage(world: World) {
  const people = new Map<string, SimPerson>();
  const chats = new Map<Talk, SimChat>();

  function person({ name, address, isExternal }: Someone): SimPerson {
    const external = isExternal ?? false;
    const known = people.get(address) ?? addPerson(world, { name, address, external });
    people.set(address, known);
    return known;
  }

  function chat(talk: Talk): SimChat {
    const known = chats.get(talk);
    if (known) return known;
    const fresh = addChat(world, {
      ...{ name: talk.name, members: talk.people.map(person) },
      ...(talk.isUntold && { told: 'untold' as const }),
    });
    chats.set(talk, fresh);
    return fresh;
  }

  return { person, chat };
}

function settingsFor(
  problem: CredentialProblem | undefined,
  { baseUrl, mediaHost }: { baseUrl: string; mediaHost: string },
) {
  const { clientId, clientSecret, jwt } = defaultCredentials;
  const isBad = problem === 'bad credentials';
  return {
    CLIENT_ID: clientId,
    CLIENT_SECRET: isBad ? 'a-secret-of-somebody-else' : clientSecret,
    JWT: jwt,
    BASE_URL: problem === 'the wrong region' ? `${baseUrl}/elsewhere` : baseUrl,
    DOWNLOAD_HOSTS: mediaHost,
  };
}

function rulesFor(problem: CredentialProblem | undefined): FaultRule[] {
  if (problem !== 'a missing scope') return [];
  const times = Number.POSITIVE_INFINITY;
  return [{ fault: { kind: 'forbidden' }, routes: ['listTasks', 'createTask'], times }];
}

function fileOf({ name, content, flaw, flawTimes }: SaidFile): FileOptions {
  const times = flawTimes ?? Number.POSITIVE_INFINITY;
  return {
    ...{ name, content, contentType: 'text/plain' },
    ...(flaw && stateOf(flaw)),
    ...((flaw === 'truncated' || flaw === 'html') && { flaw: { kind: flaw, times } }),
  };
}

function stateOf(flaw: FileFlaw): Pick<FileOptions, 'state'> {
  if (flaw === 'gone' || flaw === 'refused' || flaw === 'locked') return { state: flaw };
  return {};
}
