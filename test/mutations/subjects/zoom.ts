import { samplePeople, sampleWorld } from '../../../local/zoom/sampleWorld.ts';
import { startSimulatedZoom } from '../../../local/zoom/server.ts';
import { defaultCredentials } from '../../../local/zoom/tokens.ts';
import { zoom } from '../../../shared/connectors/zoom/index.ts';
import { now } from '../../shared/connectors/pipeline.ts';
import { fieldOf, jsonIn, listIn, stringsAt, thingOf } from '../reading.ts';
import { recordSamples } from '../recordSamples.ts';
import type { MutationSubject, Thing } from '../subject.ts';

type Lane = 'archive' | 'recordings';

export const zoomMutations = zoomLane('archive');
export const zoomRecordingsMutations = zoomLane('recordings');

function zoomLane(lane: Lane): MutationSubject {
  return {
    name: lane === 'archive' ? 'zoom' : 'zoom-recordings',
    type: zoom,
    people: samplePeople,
    samples: () => samplesOf(lane),
    thingsIn: ({ name, bytes }) => {
      if (/\/archive_files\?/.test(name)) return listIn(bytes, 'meetings').map(meeting);
      if (/\/history_meetings/.test(name)) {
        return listIn(bytes, 'history_meetings').map(historic);
      }
      return /\/download\//.test(name) ? chatIn(bytes) : [];
    },
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
function chatIn(bytes: Buffer): Thing[] {
  const messages = fieldOf(jsonIn(bytes), 'messages');
  const said = Array.isArray(messages) ? messages.flatMap(saidIn) : linesIn(bytes);
  return said.map((says) => thingOf(says, [], says));
}

function saidIn(message: unknown): string[] {
  const [content = ''] = stringsAt(message, 'msg_content');
  const text = Buffer.from(content, 'base64').toString('utf8');
  return /^[\w ,.?'!]{6,300}$/.test(text) ? [text] : [];
}

const linesIn = (bytes: Buffer): string[] =>
  [
    ...bytes.toString('utf8').matchAll(/^\d\d:\d\d:\d\d\s.*?:\s+([\w ,.?'!]{6,300})$/gm),
  ].flatMap(([, text = '']) => text.trim());
