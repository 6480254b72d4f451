import { type Answer, redirect } from '../simulation/answers.ts';
import { fileAnswer, flawOf } from '../simulation/files.ts';
import { notFound, refusal } from './answers.ts';
import type { SimFile, SimRecord } from './model.ts';

interface Hosts {
  mediaUrl: () => string;
  elsewhereUrl: () => string;
}

/** A file's content URI: pre-signed as a rule, as in the vendor's own samples. */
export function fileUri({ file }: SimRecord, hosts: Hosts): string | undefined {
  if (!file) return undefined;
  const base = file.host === 'elsewhere' ? hosts.elsewhereUrl() : hosts.mediaUrl();
  const name = encodeURIComponent(file.name.toWellFormed());
  const address = `${base}/web/customer_files/${file.id}/${name}`;
  if (file.access === 'token') return address;
  const query = { Expires: '2075494478', AWSAccessKeyId: 'AKIASIM', Signature: file.id };
  return `${address}?${new URLSearchParams(query)}`;
}

/** What its host gives. `mayRead`: there was a token that is good. */
export function serveFile(
  file: SimFile | undefined,
  query: URLSearchParams,
  mayRead: boolean,
  served: number,
  { elsewhereUrl }: Hosts,
): Answer {
  if (!file || file.state === 'gone') return notFound();
  const isSigned = query.get('Signature') === file.id;
  const isLetIn = file.access === 'signed' ? isSigned : mayRead;
  if (!isLetIn || file.state === 'refused') {
    return refusal(403, 'CMN-403', 'Access is denied.');
  }
  if (file.state === 'locked') return refusal(423, 'CMN-423', 'It is being scanned.');
  if (file.host === 'redirected') {
    return redirect(`${elsewhereUrl()}/web/customer_files/${file.id}/x?${query}`);
  }
  return serve(file, flawOf(file.flaw, served));
}

export const serve = (file: SimFile, flaw?: string): Answer =>
  fileAnswer(file.content, file.contentType, flaw);
