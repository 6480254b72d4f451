import { type Content, contentOf } from '../simulation/files.ts';
import { uuidFrom } from '../simulation/seeded.ts';
import { encodeId } from './ids.ts';
import type {
  FileState,
  Json,
  SimFile,
  SimMessage,
  SimPerson,
  SimRoom,
  TextVersion,
  World,
} from './model.ts';

export interface FileOptions {
  name: string;
  contentType?: string;
  content: string | Content;
  state?: FileState;
  flaw?: SimFile['flaw'];
  host?: SimFile['host'];
}

export interface PostOptions {
  at: Date;
  text?: string;
  html?: string;
  markdown?: string;
  uuid?: string;
  files?: FileOptions[];
  /** An adaptive card. */
  card?: Json;
  /** Beside the card, as Webex has them: links to files in SharePoint and so on. */
  attachments?: Json[];
  parent?: SimMessage;
  mentions?: SimPerson[];
  mentionsAll?: boolean;
  voiceClip?: boolean;
  decryptableFrom?: Date;
  /** When /events begins to list it. */
  listedFrom?: Date;
  /** The event's `data`, where it shall be something that nobody can read. */
  garbled?: unknown;
}

/** As its author writes it; the world does not know it yet. */
export function newMessage(
  world: World,
  room: SimRoom,
  author: SimPerson,
  options: PostOptions,
): SimMessage {
  const { parent } = options;
  const uuid = options.uuid ?? uuidFrom(world.seed, 'message', world.messages.size);
  return {
    uuid,
    id: encodeId('MESSAGE', uuid),
    room,
    author,
    versions: [versionOf(options)],
    files: (options.files ?? []).map(newFile),
    attachments: [
      ...(options.card ? [card(options.card)] : []),
      ...(options.attachments ?? []),
    ],
    ...(parent && { parent }),
    mentioned: options.mentions ?? [],
    mentionsAll: options.mentionsAll ?? false,
    voiceClip: options.voiceClip ?? false,
    ...(options.decryptableFrom && { decryptableFrom: options.decryptableFrom }),
  };
}

export function versionOf(options: {
  at: Date;
  text?: string;
  html?: string;
  markdown?: string;
}): TextVersion {
  const { at, text, html, markdown } = options;
  return {
    at,
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
    ...(markdown !== undefined && { markdown }),
  };
}

function newFile(options: FileOptions): SimFile {
  const { name, content, flaw } = options;
  return {
    name,
    contentType: options.contentType ?? 'application/octet-stream',
    content: contentOf(content),
    state: options.state ?? { kind: 'ready' },
    ...(flaw && { flaw }),
    host: options.host ?? 'own',
  };
}

function card(content: Json): Json {
  return { contentType: 'application/vnd.microsoft.card.adaptive', content };
}
