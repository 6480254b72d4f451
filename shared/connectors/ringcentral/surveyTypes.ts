import type { KnownPerson } from '../item/knownPerson.ts';
import type { ExportFile } from './entries.ts';
import type { Room, Thing } from './records.ts';
import type { Traces } from './roster.ts';

/** Where a file of a post lies, by the export's own list of files. */
export interface KnownFile {
  name: string | undefined;
  size: number | undefined;
  uri: string | undefined;
  isDeleted: boolean;
}

/** What an export says that all of its items need. It grows with the account, not with its posts. */
export interface Survey {
  people: Map<string, KnownPerson>;
  /** The account that a person or a chat belongs to, by id. */
  accounts: Map<string, string>;
  chats: Map<string, Room & { changed: string | undefined }>;
  files: Map<string, KnownFile>;
  /** In which chats posts and tasks have a file, by its id: it rides in their emails. */
  attached: Map<string, Set<string>>;
  things: Map<string, Thing>;
  /** By chat and person, for the chats that were asked for. */
  traces: Map<string, Map<string, Traces>>;
  /** What can't be read, by dataset: sentences' ends. */
  problems: Map<string, string>;
  /** Files of the export whose bytes can't be trusted: nothing of them is archived. */
  refused: Set<ExportFile>;
}
