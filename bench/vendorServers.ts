import { Readable } from 'node:stream';
import { BlobServiceClient } from '@azure/storage-blob';
import { startAzurite } from '../local/azurite.ts';
import { startSimulatedGraph } from '../local/graph/simulatedGraph.ts';
import { addUser, createTenant } from '../local/graph/tenant.ts';
import { startSimulatedRingCentral } from '../local/ringcentral/server.ts';
import { defaultCredentials as ringcentralCredentials } from '../local/ringcentral/tokens.ts';
import * as ringcentral from '../local/ringcentral/world.ts';
import { complianceXml } from '../local/skype/complianceXml.ts';
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

/** A compliance file of 500 MB, in which a room of chatty people says what nobody's mailbox gets. */
async function dropSkype(connectionString: string): Promise<Record<string, string>> {
  const name = 'skype-drop';
  const container =
    BlobServiceClient.fromConnectionString(connectionString).getContainerClient(name);
  await container.createIfNotExists();
  const blob = container.getBlockBlobClient('persistent-chat/large.xml');
  await blob.uploadStream(Readable.from(largeChat(500 * mebibyte)), 4 * mebibyte, 2);
  return { CONNECTORS: 'skype', SKYPE_USERS: ada.address };
}

function* largeChat(bytes: number): Generator<Buffer> {
  const bob = { name: 'Bob', address: 'bob@example.com', number: 7 };
  const room = { uri: 'ma-chan://example.com/1', name: 'Notes' };
  const content = 'The quick brown fox. '.repeat(2_500);
  const [head = '', tail = ''] = complianceXml([], { newline: '' })
    .toString()
    .split(/(?=<\/Conversations>)/);
  yield Buffer.from(head);
  for (let [written, id] = [0, 1]; written < bytes; id++) {
    const message = { type: 'CHAT', by: bob, at: minutesAgo(30), id, content };
    const file = complianceXml([{ room, messages: [message], hasFirstMessage: false }]);
    const part = file.subarray(file.indexOf('<Conversation>'), file.lastIndexOf('</'));
    written += part.length;
    yield part;
  }
  yield Buffer.from(tail);
}

const azurite = await startAzurite();
const tenant = createTenant({ domains: ['example.com'] });
addUser(tenant, { ...ada, mailbox: { maxMessageBytes: 150 * mebibyte } });
const graph = await startSimulatedGraph({ tenant, token: 'bench' });
const starts: Record<string, () => Promise<Record<string, string>>> = {
  zoom: startZoom,
  ringcentral: startRingCentral,
  skype: () => dropSkype(azurite.connectionString),
};
const vendor = await starts[process.argv[2] ?? '']?.();

process.on('disconnect', () => process.exit(0));
process.send?.({
  ...vendor,
  ArchiveStorage: azurite.connectionString,
  GRAPH_BASE_URL: graph.baseUrl,
  GRAPH_ACCESS_TOKEN: 'bench',
});
