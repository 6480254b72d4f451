import type { ConnectorDeps } from '../connector.ts';
import type { DropStore } from '../dropStore.ts';
import type { Cursor } from './cursor.ts';
import type { PageWork } from './pageWork.ts';
import type { Rosters } from './rosters.ts';
import type { Sessions } from './sessions.ts';
import type { Settlings } from './settling.ts';

/** What all pages of a connector share. */
export interface SkypeSource {
  deps: ConnectorDeps;
  drop: DropStore;
  rosters: Rosters;
  sessions: Sessions;
  settlings: Settlings;
}

/** A page under way, and how far the run has come with it. */
export interface Run {
  source: SkypeSource;
  work: PageWork;
  /** Where to go on from if the page ended now; undefined when all has been read. */
  cursor: Cursor | undefined;
}

/** Where the Skype server's exports lie in the container. */
export const folders = {
  eml: 'eml/',
  chat: 'persistent-chat/',
  uploads: 'persistent-chat/files/',
  rejected: 'rejected/',
} as const;
