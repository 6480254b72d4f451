import { newKeyPair } from '../../../local/symphony/accounts.ts';
import { startSimulatedSymphony } from '../../../local/symphony/server.ts';
import {
  addPerson,
  addStream,
  createWorld,
  edit,
  type FileOptions,
  join,
  leave,
  post,
  type SimFile,
  type SimMessage,
  type SimPerson,
  type SimStream,
  suppress,
  type World,
} from '../../../local/symphony/world.ts';
import { symphony } from '../../../shared/connectors/symphony/index.ts';
import type {
  ContractSubject,
  Said,
  SaidFile,
  Someone,
  Source,
  SourceOptions,
  Talk,
} from '../subject.ts';
import { striking } from './striking.ts';
import { faultRuleFor, rulesFor } from './symphonyFaults.ts';

/** Making keys is slow: all simulations of a process have the same, and a stranger another. */
const keyPair = newKeyPair();
const strangersKey = newKeyPair();

export const symphonySubject: ContractSubject = {
  name: 'Symphony',
  type: symphony,
  secrets: ['PRIVATE_KEY'],
  unknownField: 'brandNewField',
  lacks: {
    'members of the past':
      'Symphony tells who is in a stream now and when they joined, but of nobody when they left.',
    'times of leaving':
      'Symphony tells who is in a stream now and when they joined, but of nobody when they left.',
    'texts of what was deleted':
      'Symphony takes a text away when its message is suppressed; its content export alone keeps it.',
    'unknown types': 'A stream of Symphony holds messages and nothing else.',
  },
  open: openSymphony,
};

async function openSymphony(options: SourceOptions): Promise<Source> {
  const { clock, problem } = options;
  const world = createWorld({ seed: 'contract' });
  const faults = { rules: rulesFor(problem) };
  const simulated = await startSimulatedSymphony({
    ...{ world, faults, keyPair, now: clock.now },
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
    settings: {
      USERNAME: simulated.username,
      PRIVATE_KEY: (problem === 'bad credentials' ? strangersKey : keyPair).privateKey,
      // Somebody else's host: there is no sign-in at an agent's.
      POD_URL: problem === 'the wrong region' ? simulated.agentUrl : simulated.podUrl,
      AGENT_URL: simulated.agentUrl,
    },
    say(said) {
      const { at, text } = said;
      const message = post(world, stage.stream(said.in), stage.person(said.by), {
        ...{ at, text },
        ...(said.unknown === 'content' && { garbled: { messageId: 17 } }),
        ...(said.listedFrom && { listedFrom: said.listedFrom }),
        ...(said.file && { files: [fileOf(said.file)] }),
      });
      messages.set(said, message);
    },
    edit: (said, change) => void edit(world, messageOf(said), change),
    remove: (said, at) => suppress(messageOf(said), at),
    join: (talk, someone, at) => join(stage.stream(talk), stage.person(someone), at),
    leave: (talk, someone, at) => leave(stage.stream(talk), stage.person(someone), at),
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
  const streams = new Map<Talk, SimStream>();

  function person({ name, address, isExternal }: Someone): SimPerson {
    const external = isExternal ?? false;
    const known = people.get(address) ?? addPerson(world, { name, address, external });
    people.set(address, known);
    return known;
  }

  function stream(talk: Talk): SimStream {
    const known = streams.get(talk);
    if (known) return known;
    const [creator, ...members] = talk.people.map(person);
    if (!creator) throw new Error(`Nobody is in "${talk.name}".`);
    const untold = talk.isUntold ?? false;
    const fresh = addStream(world, { name: talk.name, creator, members, untold });
    streams.set(talk, fresh);
    return fresh;
  }

  return { person, stream };
}

function fileOf({ name, content, flaw, flawTimes }: SaidFile): FileOptions {
  const times = flawTimes ?? Number.POSITIVE_INFINITY;
  const isState = flaw === 'gone' || flaw === 'refused' || flaw === 'locked';
  return {
    ...{ name, content },
    ...(isState && { state: flaw }),
    ...((flaw === 'truncated' || flaw === 'html') && { flaw: { kind: flaw, times } }),
  };
}

function mendFile(file: SimFile): void {
  delete file.flaw;
  if (file.state === 'locked') file.state = 'ready';
}
