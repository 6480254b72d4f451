import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import PostalMime, { type Email as ParsedEmail } from 'postal-mime';
import { orderEntries, planRoutes } from '../../shared/archive/routing.ts';
import type { ArchiveItem } from '../../shared/archive/state/item.ts';
import type { Manifest, Routes } from '../../shared/archive/state/manifests.ts';
import { composeEmail } from '../../shared/email/compose.ts';
import { readEmail } from '../../shared/email/read.ts';
import { messageOf } from '../../shared/errors.ts';
import { stranger } from './oddities.ts';

/** An item that became an email, and who gets it. */
export interface Posted {
  item: ArchiveItem;
  /** Addresses of the mailboxes that get a copy. */
  mailboxes: string[];
  /** Ids of people without a mailbox, of whom the log has a row each. */
  unmapped: string[];
  /** All that a reader finds in it: text, quotes, notes, and the contents of files. */
  says: string;
  /** What is wrong with the email itself. */
  faults: string[];
}

/** Makes an item into an email and finds its mailboxes. Rejects where no email can be made. */
export type Post = (
  item: ArchiveItem,
  contentOf: (path: string) => Buffer,
) => Promise<Posted>;

export const catchAll = 'catch-all@example.com';

/** Most items are the same in most cases: each is made into an email once. */
export function createPost(
  source: string,
  people: { address: string; internal: boolean }[],
): Post {
  const routes = routesFor(people);
  const known = new Map<string, Promise<Posted>>();

  async function post(item: ArchiveItem, contents: Buffer[]): Promise<Posted> {
    const left = [...contents];
    const open = async () => Readable.from([left.shift() ?? Buffer.of()]);
    const bytes = await buffer(composeEmail(item, { connector: source, source }, open));
    const parsed = await PostalMime.parse(bytes);
    const importable = await readEmail(Readable.from([bytes]), 0).then(
      () => [],
      (error) => [`it can't be read for the import: ${messageOf(error)}`],
    );
    const texts = [item.text, item.quote?.text ?? '', ...(item.notes ?? [])];
    const says = [...texts, item.html ?? '', ...contents.map((one) => one.toString())];
    const faults = [...faultsIn(item, parsed), ...importable];
    return { item, ...routed(item, routes), says: says.join('\n'), faults };
  }

  return (item, contentOf) => {
    const contents = item.files.map(({ path }) => contentOf(path));
    const name = nameOf(item);
    const posted = known.get(name) ?? post(item, contents);
    if (known.size < 5000) known.set(name, posted);
    return posted.then((one) => ({ ...one, item }));
  };
}

/** Where a file lies is another place in each run. */
const nameOf = (item: ArchiveItem): string => {
  const files = item.files.map(({ name, contentType, sha256 }) => [
    name,
    contentType,
    sha256,
  ]);
  return createHash('sha256')
    .update(JSON.stringify({ ...item, files }))
    .digest('hex');
};

function routesFor(people: { address: string; internal: boolean }[]): Routes {
  const ours = people.filter(({ internal }) => internal).map(({ address }) => address);
  const mailboxes = [...ours, stranger].map((address) => {
    const name = address.toLowerCase();
    return [name, { id: name, address: name }];
  });
  return {
    ...{ mailboxes: Object.fromEntries(mailboxes), settled: {}, mappingVersion: '' },
    ...{ internalDomains: ['example.com'], withoutCatchAll: '' },
    catchAll: { id: catchAll, address: catchAll },
  };
}

function routed(
  item: ArchiveItem,
  routes: Routes,
): Pick<Posted, 'mailboxes' | 'unmapped'> {
  const { key, itemId, event, audienceUnknown } = item;
  const stored = { emailPath: 'email', bytes: 0, sha256: '' };
  const at = item.at.toISOString();
  const manifest: Manifest = {
    entries: [
      {
        ...{ key, itemId, event, at, roster: 0, ...stored },
        ...(audienceUnknown && { audienceUnknown }),
      },
    ],
    ...{ rosters: [item.participants], rejects: [] },
  };
  const { orders, unmapped } = planRoutes(manifest, routes);
  const mailboxes = [...orders.values()]
    .filter((planned) => orderEntries(manifest, routes, planned).length > 0)
    .map(({ mailbox }) => mailbox.address);
  return { mailboxes, unmapped };
}

const headersOfOurs =
  /^(x-archive-(connector|source|item-id|item-key|conversation|event)|from|to|subject|date|message-id|in-reply-to|references|mime-version|content-type|content-transfer-encoding)$/;
const activeHtml =
  /<(script|style|iframe|object|embed|form|svg|link|meta (?!charset="utf-8">)|base|img)\b|\son\w+\s*=\s*["']|(href|src)\s*=\s*["']?\s*(javascript|data|vbscript):/i;

function faultsIn(item: ArchiveItem, email: ParsedEmail): string[] {
  const faults: string[] = [];
  const keys = email.headers.map(({ key }) => key.toLowerCase());
  const foreign = keys.filter((key) => !headersOfOurs.test(key));
  if (foreign.length > 0) faults.push(`a header that is not ours: ${foreign}`);
  if (new Set(keys).size < keys.length) faults.push('a header twice');
  if (email.bcc || email.cc || email.replyTo) faults.push('recipients in other headers');
  if (!email.from?.address?.includes('@')) faults.push('no sender');
  if (!email.messageId) faults.push('no message id');
  const key = email.headers.find((header) => header.key === 'x-archive-item-key')?.value;
  if (key !== item.key) faults.push('not the key of its item');
  const date = Date.parse(email.date ?? '');
  if (Math.abs(date - +item.at) > 1000 || Number.isNaN(date)) faults.push('not its date');
  if (email.attachments.length !== item.files.length) faults.push('not its files');
  if (activeHtml.test(email.html ?? '')) faults.push('HTML that does something');
  if (!email.text?.includes(`Event: ${item.event}`)) faults.push('no footer');
  return faults;
}
