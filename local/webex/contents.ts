import { type Answer, redirect } from '../simulation/answers.ts';
import { fileAnswer, flawOf } from '../simulation/files.ts';
import type { Call } from '../simulation/visit.ts';
import { notFound, refusal } from './answers.ts';
import type { Handler, Simulation } from './calls.ts';
import { encodeId } from './ids.ts';
import { findFile, readableMessage } from './lookup.ts';
import type { SimFile } from './model.ts';

/** https://developer.webex.com/docs/basics, "Message Attachments" */
export const getContent: Handler = (call, simulation) => {
  const found = findFile(simulation.world, call.id);
  const isReadable =
    found && readableMessage(encodeId('MESSAGE', found.message.uuid), simulation);
  if (!found || !isReadable) return notFound();
  const { file, key } = found;
  const requests = (simulation.served.get(key) ?? 0) + 1;
  simulation.served.set(key, requests);
  const refused = refuse(file, requests, call, simulation);
  if (refused) return refused;
  if (file.host === 'redirected')
    return redirect(`${simulation.elsewhereUrl()}/${call.id}`);
  return serve(file, flawOf(file.flaw, requests));
};

function refuse(
  file: SimFile,
  requests: number,
  call: Call,
  { now, violation }: Simulation,
): Answer | undefined {
  const allow = call.query.get('allow');
  if (allow !== null && allow !== 'unscannable') {
    violation(`${call.where}: "allow" has an unknown value`);
    return refusal(400, 'The parameter "allow" has an unknown value.');
  }
  const { state } = file;
  switch (state.kind) {
    case 'scanning': {
      const isLocked = state.until
        ? now() < state.until
        : requests <= (state.requests ?? Number.POSITIVE_INFINITY);
      if (!isLocked) return undefined;
      const message = 'The requested resource is temporarily unavailable.';
      return refusal(423, message, { 'Retry-After': String(state.retryAfterSeconds) });
    }
    case 'infected':
      return refusal(410, 'The requested resource is no longer available.');
    case 'unscannable':
      if (allow === 'unscannable') return undefined;
      return refusal(428, 'File(s) cannot be scanned for malware.');
    case 'gone':
      return notFound();
    default:
      return undefined;
  }
}

export function serve(file: SimFile, flaw?: string): Answer {
  const answer = fileAnswer(file.content, file.contentType, flaw);
  if (flaw === 'html') return answer;
  const named = flaw !== 'noName' && { 'Content-Disposition': disposition(file.name) };
  return {
    ...answer,
    headers: { ...answer.headers, 'Cache-Control': 'no-cache', ...named },
  };
}

/** RFC 6266: what a quoted string can't hold goes into `filename*`, see RFC 5987. */
export function disposition(name: string): string {
  const quoted = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\]/g, '\\$&');
  const plain = `attachment; filename="${quoted}"`;
  if (/^[\x20-\x7e]*$/.test(name)) return plain;
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${plain}; filename*=UTF-8''${encoded}`;
}
