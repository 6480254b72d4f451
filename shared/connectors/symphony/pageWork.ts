import type { ConnectorDeps, PageRequest } from '../connector.ts';
import type { KnownPerson } from '../item/knownPerson.ts';
import {
  createPageDraft,
  type FinishedPage,
  type PageDraft,
  sizeOf,
} from '../page/pageDraft.ts';
import type { SymphonyClient } from './client.ts';
import type { Downloads } from './files.ts';
import type { Directory } from './people.ts';
import type { StreamContext, StreamInfo, SymphonyContext } from './records.ts';
import type { Roster, Rosters } from './rosters.ts';
import type { createStreamReader } from './streams.ts';

/** What all pages of a connector share. */
export interface Source {
  client: SymphonyClient;
  deps: ConnectorDeps;
  streams: ReturnType<typeof createStreamReader>;
  rosters: Rosters;
  directory: Directory;
  downloads: Downloads;
  organisation: (until: Date | undefined) => Promise<string>;
}

/** A page under construction. */
export interface PageWork extends PageDraft {
  /** Set before anything that needs a key. */
  organisation: string;
  /** Who is and was in a stream; undefined where nobody tells, as of a wall. */
  lookAt(info: StreamInfo): Promise<Roster | undefined>;
  /** Puts a stream into the context, with who is and was in it, and says under which name. */
  useStream(info: StreamInfo): Promise<string>;
  /** Puts a stream as an earlier page knew it into the context. */
  keepStream(name: string, stream: StreamContext): void;
  /** Somebody of whom the context should have a name and an address. */
  mention(id: string, known: KnownPerson): void;
  finish(next: string | undefined): Promise<FinishedPage>;
}

/** An empty page. */
export function createPageWork(source: Source, request: PageRequest): PageWork {
  const { limits, runId, window } = request;
  const draft = createPageDraft(request, source.deps.clock);
  const streams = new Map<string, StreamContext>();
  const people = new Map<string, KnownPerson>();

  const addStream = (name: string, stream: StreamContext) => {
    if (!streams.has(name)) draft.weigh(sizeOf(stream));
    streams.set(name, stream);
  };

  /** Of those whom their stream's roster does not tell: what another one or a message does, or Symphony. */
  async function knownPeople(): Promise<SymphonyContext['people']> {
    const told = new Map(people);
    const lacking = new Set(people.keys());
    for (const { stays = [] } of streams.values()) {
      for (const { id, name, address } of stays) {
        if (!name || !address) lacking.add(id);
        const known = told.get(id) ?? {};
        told.set(id, { ...(name && { name }), ...(address && { address }), ...known });
      }
    }
    const wanted = [...told].filter(([, { name, address }]) => !name || !address);
    const ids = wanted.map(([id]) => id).sort();
    const found = await source.directory.lookUp(runId, ids, work.organisation);
    return Object.fromEntries(
      [...lacking].sort().map((id) => [id, { ...found.get(id), ...told.get(id) }]),
    );
  }

  async function lookAt(info: StreamInfo): Promise<Roster | undefined> {
    if (info.type === 'POST') return undefined;
    const { from: seenSince } = window;
    return source.rosters.get({ runId, info, seenSince, until: limits.until });
  }

  const work: PageWork = {
    ...draft,
    organisation: '',
    lookAt,
    async useStream(info) {
      const roster = await lookAt(info);
      const { id, type, name } = info;
      addStream(id, { id, type, ...(name && { name }), ...roster });
      return id;
    },
    keepStream: addStream,
    mention: (id, known) => void people.set(id, { ...people.get(id), ...known }),
    async finish(next) {
      const context: SymphonyContext = {
        organisation: work.organisation,
        streams: Object.fromEntries(streams),
        people: await knownPeople(),
      };
      return draft.close(context, next);
    },
  };
  return work;
}
