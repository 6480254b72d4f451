import { startSimulatedZoom } from '../../../local/zoom/server.ts';
import { defaultCredentials } from '../../../local/zoom/tokens.ts';
import {
  addMeeting,
  addUser,
  createWorld,
  type SimFile,
  type SimPerson,
  type SimUser,
  say,
  type World,
} from '../../../local/zoom/world.ts';
import { zoom } from '../../../shared/connectors/zoom/index.ts';
import {
  type ContractSubject,
  type CredentialProblem,
  fileFlaws,
  noneOf,
  type Said,
  type SaidFile,
  type Someone,
  type Source,
  type SourceOptions,
} from '../subject.ts';
import { striking } from './striking.ts';
import { faultRuleFor, rulesFor } from './zoomFaults.ts';

type Lane = 'archive' | 'recordings';

const common: Pick<ContractSubject, 'type' | 'secrets' | 'unknownField'> = {
  type: zoom,
  secrets: ['CLIENT_SECRET'],
  unknownField: 'brandNewField',
};

const oneMeeting = noneOf(
  ['edits', 'deletions', 'members who change', 'members of the past'],
  'An item is a meeting that is over: nothing of it changes, and who was there is part of it.',
);

export const zoomArchiveSubject: ContractSubject = {
  ...common,
  name: 'Zoom with archiving',
  lacks: oneMeeting,
  open: (options) => openZoom('archive', options),
};

export const zoomRecordingsSubject: ContractSubject = {
  ...common,
  name: 'Zoom with recordings',
  lacks: {
    ...oneMeeting,
    ...noneOf(
      ['files', ...fileFlaws.map((flaw) => `a file that is ${flaw}` as const)],
      'Files from the chat are in the archive alone.',
    ),
  },
  open: (options) => openZoom('recordings', options),
};

async function openZoom(lane: Lane, options: SourceOptions): Promise<Source> {
  const { clock, problem } = options;
  const world = createWorld({ seed: 'contract' });
  const faults = { rules: rulesFor(problem) };
  const isElsewhere = problem === 'the wrong region';
  const simulated = await startSimulatedZoom({
    ...{ world, faults, now: clock.now },
    quirks: { unknownFields: options.hasUnknownFields ?? false },
    ...(isElsewhere && { tokens: { apiUrl: 'https://api-eu.zoom.us' } }),
  });
  const personOf = createPeople(world);
  return {
    settings: settingsFor(problem, lane, simulated),
    say: (said) => hold(world, lane, said, personOf),
    mend() {
      for (const file of world.meetings.flatMap(({ shared }) => shared)) mendFile(file);
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

/** Users when they are first heard of; who is from outside says who they are. */
function createPeople(world: World) {
  const users = new Map<string, SimUser>();
  return ({ name, address, isExternal }: Someone): SimPerson => {
    if (isExternal) return { name, typed: address };
    const known = users.get(address) ?? addUser(world, { name, address });
    users.set(address, known);
    return known;
  };
}

/** A meeting of a minute, in which one thing was said. */
function hold(
  world: World,
  lane: Lane,
  said: Said,
  personOf: (someone: Someone) => SimPerson,
): void {
  const { at, by, text, listedFrom, unknown } = said;
  const talk = said.in;
  const people = talk.people.map(personOf);
  const author = personOf(by);
  // Somebody of the account has to hold it.
  const holder =
    'id' in author ? author : personOf({ name: 'Host', address: 'host@example.com' });
  const shownAt = listedFrom ?? at;
  const meeting = addMeeting(world, {
    ...{ topic: talk.name, start: new Date(+at - 60_000), minutes: 1, people },
    ...{ host: 'id' in holder ? holder : undefined, hasNoRoster: talk.isUntold ?? false },
    ...{ archivedAt: shownAt, listedFrom: shownAt, isRecorded: lane === 'recordings' },
    ...(unknown === 'type' && { oddities: { type: 77 } }),
    ...(unknown === 'content' && { oddities: { start_time: 'whenever', topic: text } }),
  });
  const file = said.file;
  const files = file ? [{ name: file.name, content: file.content }] : [];
  say(meeting, author, text, { second: 1, files });
  for (const shared of meeting.shared) if (file) spoil(shared, file);
}

function spoil(shared: SimFile, { flaw, flawTimes }: SaidFile): void {
  const times = flawTimes ?? Number.POSITIVE_INFINITY;
  if (flaw === 'gone') shared.refusal = 404;
  if (flaw === 'refused' || flaw === 'locked') shared.refusal = 403;
  if (flaw === 'truncated' || flaw === 'html') shared.flaw = { kind: flaw, times };
}

function mendFile(file: SimFile): void {
  delete file.flaw;
  if (file.refusal === 403) delete file.refusal;
}

function settingsFor(
  problem: CredentialProblem | undefined,
  lane: Lane,
  { baseUrl, authUrl }: { baseUrl: string; authUrl: string },
) {
  const { accountId, clientId, clientSecret } = defaultCredentials;
  const isBad = problem === 'bad credentials';
  return {
    ...{ ACCOUNT_ID: accountId, CLIENT_ID: clientId, LANE: lane },
    CLIENT_SECRET: isBad ? 'a-secret-of-somebody-else' : clientSecret,
    ...{ BASE_URL: baseUrl, AUTH_URL: authUrl },
  };
}
