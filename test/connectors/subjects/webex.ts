import { startSimulatedWebex } from '../../../local/webex/server.ts';
import { defaultCredentials } from '../../../local/webex/tokens.ts';
import {
  addPerson,
  addRoom,
  createWorld,
  edit,
  type FileOptions,
  happen,
  join,
  leave,
  post,
  remove,
  type SimFile,
  type SimMessage,
  type SimPerson,
  type SimRoom,
  type World,
} from '../../../local/webex/world.ts';
import { webex } from '../../../shared/connectors/webex/index.ts';
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
import { striking } from './striking.ts';
import { faultRuleFor, rulesFor, untold } from './webexFaults.ts';

export const webexSubject: ContractSubject = {
  name: 'Webex',
  type: webex,
  secrets: ['CLIENT_SECRET', 'REFRESH_TOKEN'],
  unknownField: 'brandNewField',
  lacks: {},
  open: openWebex,
};

async function openWebex(options: SourceOptions): Promise<Source> {
  const { clock, problem } = options;
  const world = createWorld({ seed: 'contract' });
  const faults = { rules: rulesFor(problem) };
  const simulated = await startSimulatedWebex({
    ...{ world, faults, now: clock.now },
    quirks: { unknownFields: options.hasUnknownFields ?? false },
  });
  const stage = createStage(world);
  const messages = new Map<Said, SimMessage>();

  const messageOf = (said: Said): SimMessage => {
    const message = messages.get(said);
    if (!message) throw new Error(`Nobody said "${said.text}".`);
    return message;
  };

  return {
    settings: settingsFor(problem, simulated.baseUrl),
    say(said) {
      const { at, text } = said;
      const [room, author] = [stage.room(said.in), stage.person(said.by)];
      if (said.in.isUntold) faults.rules.push(untold);
      if (said.unknown === 'type') {
        const data = { id: 'x', roomId: room.id, text };
        return happen(world, author, { at, resource: 'messages', type: 'pinned', data });
      }
      const message = post(world, room, author, {
        ...{ at, text },
        ...(said.unknown === 'content' && { garbled: { id: 17 } }),
        ...(said.listedFrom && { listedFrom: said.listedFrom }),
        ...(said.file && { files: [fileOf(said.file)] }),
      });
      messages.set(said, message);
    },
    edit: (said, change) => edit(world, messageOf(said), change),
    remove: (said, at, by) =>
      remove(world, messageOf(said), { at, by: stage.person(by) }),
    join: (talk, someone, at) =>
      void join(world, stage.room(talk), stage.person(someone), { at }),
    leave: (talk, someone, at) =>
      leave(world, stage.room(talk), stage.person(someone), { at }),
    mend() {
      const files = [...messages.values()].flatMap((message) => message.files);
      for (const file of files) mendFile(file);
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

/** Rooms and people, made when they are first heard of. */
function createStage(world: World) {
  const people = new Map<string, SimPerson>();
  const rooms = new Map<Talk, SimRoom>();

  function person({ name, address, isExternal }: Someone): SimPerson {
    const external = isExternal ?? false;
    const known = people.get(address) ?? addPerson(world, { name, address, external });
    people.set(address, known);
    return known;
  }

  function room(talk: Talk): SimRoom {
    const known = rooms.get(talk);
    if (known) return known;
    const [creator, ...members] = talk.people.map(person);
    if (!creator) throw new Error(`Nobody is in "${talk.name}".`);
    const fresh = addRoom(world, { title: talk.name, creator, members });
    rooms.set(talk, fresh);
    return fresh;
  }

  return { person, room };
}

function settingsFor(problem: CredentialProblem | undefined, baseUrl: string) {
  const { clientId, clientSecret, refreshToken } = defaultCredentials;
  const isBad = problem === 'bad credentials';
  return {
    CLIENT_ID: clientId,
    CLIENT_SECRET: isBad ? 'a-secret-of-somebody-else' : clientSecret,
    REFRESH_TOKEN: refreshToken,
    BASE_URL: problem === 'the wrong region' ? baseUrl.replace('/v1', '/v9') : baseUrl,
  };
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
  if (flaw === 'gone') return { state: { kind: 'gone' } };
  if (flaw === 'refused') return { state: { kind: 'infected' } };
  if (flaw === 'locked') return { state: { kind: 'scanning', retryAfterSeconds: 60 } };
  return {};
}

function mendFile(file: SimFile): void {
  delete file.flaw;
  if (file.state.kind === 'scanning') file.state = { kind: 'ready' };
}
