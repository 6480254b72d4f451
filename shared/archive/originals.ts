import type { Connector, SourceRecord } from '../connectors/connector.ts';
import type { PageRef } from './runs/runIds.ts';
import type { EmailStore } from './state/emailStore.ts';
import type { ArchiveItem } from './state/item.ts';
import { createPageLoader, type SourcePage } from './state/sourcePages.ts';
import type { ArchiveStorage } from './state/storage.ts';

/** Where items of earlier pages are found. */
export interface OriginalsDeps {
  storage: ArchiveStorage;
  emails: EmailStore;
}

const pagesInMind = 4;

/** Finds the items that others change: on this page, or on the page that archived them. */
export function createOriginals(
  deps: OriginalsDeps,
  connector: Connector,
  ref: PageRef,
  current: SourcePage,
) {
  const load = createPageLoader(deps.storage, pagesInMind);

  return async function original(key: string): Promise<ArchiveItem | undefined> {
    const isOriginal = (record: SourceRecord) => record.key === key && !record.waiting;
    const here = current.records.find(isOriginal);
    if (here) return tryConvert(connector, here, current.context);
    const home = await deps.emails.pageOf(ref.connector, key);
    const page = home && (await load(home));
    const there = page?.records.find(isOriginal);
    return there && tryConvert(connector, there, page?.context);
  };
}

function tryConvert(connector: Connector, record: SourceRecord, context: unknown) {
  try {
    return connector.convert(record, context, undefined);
  } catch {
    return undefined;
  }
}
