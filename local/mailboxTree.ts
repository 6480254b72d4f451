/** A message as far as the tree shows it. */
export interface TreeMessage {
  subject: string;
  receivedAt: Date;
}

/** A mailbox and what lies in its folders. */
export interface TreeMailbox {
  address: string;
  folders: { name: string; messages: TreeMessage[] }[];
}

const newest = 3;

/** Mailbox → folder → newest subjects, drawn with lines. */
export function mailboxTree(mailboxes: TreeMailbox[]): string {
  return mailboxes
    .filter(({ folders }) => folders.some(({ messages }) => messages.length > 0))
    .flatMap(({ address, folders }) => [
      address,
      ...folders.flatMap((folder, position) => {
        const isLast = position === folders.length - 1;
        const count = folder.messages.length;
        const head = `${isLast ? '└─' : '├─'} ${folder.name} (${count})`;
        const indent = isLast ? '   ' : '│  ';
        return [head, ...newestSubjects(folder.messages).map((line) => indent + line)];
      }),
    ])
    .join('\n');
}

function newestSubjects(messages: TreeMessage[]): string[] {
  const sorted = messages.toSorted(
    (a, b) => b.receivedAt.getTime() - a.receivedAt.getTime(),
  );
  const shown = sorted.slice(0, newest);
  const rest = messages.length - shown.length;
  const lines = shown.map(
    ({ subject, receivedAt }) =>
      `${receivedAt.toISOString().slice(0, 16).replace('T', ' ')}  ${subject}`,
  );
  return rest > 0 ? [...lines, `… and ${rest} more`] : lines;
}
