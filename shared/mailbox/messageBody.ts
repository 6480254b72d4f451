import type { EmailAttachment } from '../email/types.ts';

/** A body as Graph has it. */
export interface MessageBody {
  contentType: string;
  content: string;
}

/** The place of a file that is not in the message. */
export function leftOutLine(file: EmailAttachment, emailPath: string): string {
  const hash = file.sha256 ? `, SHA-256 ${file.sha256}` : '';
  return `File not included: ${file.name.slice(0, 200)} (${file.bytes} bytes${hash}): larger than this mailbox takes. A copy is in the archived email, emails/${emailPath}.`;
}

/** The body with lines of ours at its end. */
export function withLines(body: MessageBody, lines: string[]): MessageBody {
  if (lines.length === 0) return body;
  if (body.contentType === 'text') {
    return { ...body, content: `${body.content}\n\n${lines.join('\n')}\n` };
  }
  const added = lines.map((line) => `<p>${escaped(line)}</p>\n`).join('');
  const end = body.content.toLowerCase().lastIndexOf('</body>');
  const at = end < 0 ? body.content.length : end;
  return {
    ...body,
    content: `${body.content.slice(0, at)}${added}${body.content.slice(at)}`,
  };
}

/** File names come from outside. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
