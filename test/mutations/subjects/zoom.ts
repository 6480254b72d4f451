import { createHash } from 'node:crypto';
import { samplePeople, sampleWorld } from '../../../local/zoom/sampleWorld.ts';
import { startSimulatedZoom } from '../../../local/zoom/server.ts';
import { defaultCredentials } from '../../../local/zoom/tokens.ts';
import { zoom } from '../../../shared/connectors/zoom/index.ts';
import { now } from '../../shared/connectors/pipeline.ts';
import { fieldOf, jsonIn, listIn, stringsAt, thingOf } from '../reading.ts';
import { recordSamples } from '../recordSamples.ts';
import type { Input, MutationSubject, Thing } from '../subject.ts';

type Lane = 'archive' | 'recordings';

export const zoomMutations = zoomLane('archive');
export const zoomRecordingsMutations = zoomLane('recordings');

function zoomLane(lane: Lane): MutationSubject {
  return {
    name: lane === 'archive' ? 'zoom' : 'zoom-recordings',
    type: zoom,
    people: samplePeople,
    samples: () => samplesOf(lane),
    thingsIn: ({ name, bytes }, given) => {
      if (/\/archive_files\?/.test(name)) return listIn(bytes, 'meetings').map(meeting);
      if (/\/history_meetings/.test(name)) {
        return listIn(bytes, 'history_meetings').map(historic);
      }
      return /\/download\//.test(name) ? chatIn(bytes, meetingsOf(name, given)) : [];
    },
    alongWith: listingsOf,
    isAboutPeople: (name) => /participants|\/users|oauth/.test(name),
  };
}

const samplesOf = (lane: Lane) =>
  recordSamples(zoom, async (clock) => {
    const world = sampleWorld({ now });
    const simulated = await startSimulatedZoom({ world, now: clock.now });
    const { accountId, clientId, clientSecret } = defaultCredentials;
    return {
      settings: {
        ...{ ACCOUNT_ID: accountId, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret },
        ...{ LANE: lane, BASE_URL: simulated.baseUrl, AUTH_URL: simulated.authUrl },
        DOWNLOAD_HOSTS: simulated.elsewhere,
      },
      close: simulated.close,
    };
  });

const meeting = (value: unknown): Thing => thingOf(value, stringsAt(value, 'uuid'));
const historic = (value: unknown): Thing =>
  thingOf(value, stringsAt(value, 'meeting_uuid'));

/** What was said in a chat, if the file is one, must be found in some email. */
function chatIn(bytes: Buffer, names: string[]): Thing[] {
  const messages = fieldOf(jsonIn(bytes), 'messages');
  const said = Array.isArray(messages) ? messages.flatMap(saidIn) : linesIn(bytes);
  return said.map((says) => thingOf([says, ...names], names, { says }));
}

/** Base64, or as it stands if it is none. */
function saidIn(message: unknown): string[][] {
  const [content = ''] = stringsAt(message, 'msg_content');
  const text = Buffer.from(content, 'base64').toString('utf8');
  return /^[\w ,.?'!]{6,300}$/.test(text)
    ? [[text, /^[\w+/]*/.exec(content)?.[0] ?? content]]
    : [];
}

const line = /^\d\d:\d\d:\d\d\s.*?:\s+([\w ,.?'!]{6,300})$/gm;

const linesIn = (bytes: Buffer): string[][] =>
  [...bytes.toString('utf8').matchAll(line)].map(([, text = '']) => [text.trim()]);

const files = ['archive_files', 'physical_files', 'recording_files'];

/** What a list says of a file that can be downloaded there. */
const isOfFile = (path: string) => (value: unknown) =>
  stringsAt(value, 'download_url').some((url) => url.endsWith(path));

/** The meetings whose file it is. */
function meetingsOf(name: string, given: Input[]): string[] {
  const isIt = isOfFile(name.replace('GET ', ''));
  const lists = given.flatMap(({ bytes }) => [
    jsonIn(bytes),
    ...listIn(bytes, 'meetings'),
  ]);
  return lists.flatMap((entry) => {
    const own = files.flatMap((field) => fieldOf(entry, field) ?? []);
    return own.some(isIt) ? stringsAt(entry, 'uuid') : [];
  });
}

/** A list says how long each file is, and what its sum is: as if it were of this very content. */
function listingsOf(mutated: Input, inputs: Input[]): Input[] {
  const path = mutated.name.replace('GET ', '');
  if (!/\/download\//.test(path)) return [];
  const isIt = isOfFile(path);
  const sum = createHash('sha256').update(mutated.bytes).digest('hex');
  const fitting = (_: string, value: unknown): unknown =>
    isIt(value) && typeof value === 'object'
      ? { ...value, file_size: mutated.bytes.length, encryption_fingerprint: sum }
      : value;
  return inputs
    .filter(({ bytes }) => bytes.includes(path))
    .map(({ name, bytes }) => ({
      ...{
        name,
        bytes: Buffer.from(JSON.stringify(JSON.parse(bytes.toString()), fitting)),
      },
    }));
}
