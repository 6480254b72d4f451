import { startAzurite } from '../local/azurite.ts';
import { startSimulatedGraph } from '../local/graph/simulatedGraph.ts';
import { addUser, createTenant } from '../local/graph/tenant.ts';
import { startSimulatedRingCentral } from '../local/ringcentral/server.ts';
import { defaultCredentials as ringcentralCredentials } from '../local/ringcentral/tokens.ts';
import * as ringcentral from '../local/ringcentral/world.ts';
import { startSimulatedZoom } from '../local/zoom/server.ts';
import { defaultCredentials as zoomCredentials } from '../local/zoom/tokens.ts';
import * as zoom from '../local/zoom/world.ts';

const mebibyte = 1024 * 1024;
const ada = { name: 'Ada Byron', address: 'ada@example.com' };
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

/** A meeting with a recording of 149 MB. */
async function startZoom(): Promise<Record<string, string>> {
  const world = zoom.createWorld({ seed: 'bench' });
  const host = zoom.addUser(world, ada);
  const start = minutesAgo(50);
  const meeting = zoom.addMeeting(world, {
    ...{ host, start, people: [host], isRecorded: true },
  });
  zoom.addFile(meeting, 'MP4', { content: { bytes: 149 * mebibyte } });
  const { accountId, clientId, clientSecret } = zoomCredentials;
  const { baseUrl, authUrl, elsewhere } = await startSimulatedZoom({ world });
  return {
    ...{ CONNECTORS: 'zoom', ZOOM_LANE: 'archive', ZOOM_ACCOUNT_ID: accountId },
    ...{ ZOOM_CLIENT_ID: clientId, ZOOM_CLIENT_SECRET: clientSecret },
    ...{ ZOOM_BASE_URL: baseUrl, ZOOM_AUTH_URL: authUrl },
    ZOOM_DOWNLOAD_HOSTS: elsewhere,
  };
}

/** An export of 1 GB, of what becomes emails that `_USERS` keeps out of all mailboxes. */
async function startRingCentral(): Promise<Record<string, string>> {
  const world = ringcentral.createWorld();
  const bob = ringcentral.addPerson(world, { name: 'Bob', address: 'bob@example.com' });
  const chat = ringcentral.addChat(world, { name: 'Notes', members: [bob] });
  const text = 'The quick brown fox. '.repeat(2_500);
  for (let written = 0; written < 1024 * mebibyte; written += text.length) {
    ringcentral.post(world, chat, bob, { at: minutesAgo(30), text });
  }
  const { baseUrl, mediaHost } = await startSimulatedRingCentral({
    ...{ world, quirks: { recordsPerFile: 2_000 } },
  });
  const { clientId, clientSecret, jwt } = ringcentralCredentials;
  return {
    ...{ CONNECTORS: 'ringcentral', RINGCENTRAL_CLIENT_ID: clientId },
    ...{ RINGCENTRAL_CLIENT_SECRET: clientSecret, RINGCENTRAL_JWT: jwt },
    ...{ RINGCENTRAL_BASE_URL: baseUrl, RINGCENTRAL_USERS: ada.address },
    RINGCENTRAL_DOWNLOAD_HOSTS: mediaHost,
  };
}

const azurite = await startAzurite();
const tenant = createTenant({ domains: ['example.com'] });
addUser(tenant, { ...ada, mailbox: { maxMessageBytes: 150 * mebibyte } });
const graph = await startSimulatedGraph({ tenant, token: 'bench' });
const vendor = process.argv[2] === 'zoom' ? await startZoom() : await startRingCentral();

process.on('disconnect', () => process.exit(0));
process.send?.({
  ...vendor,
  ArchiveStorage: azurite.connectionString,
  GRAPH_BASE_URL: graph.baseUrl,
  GRAPH_ACCESS_TOKEN: 'bench',
});
