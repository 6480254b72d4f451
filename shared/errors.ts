/** Something an administrator has to mend. `problems` are sentences that say what to do. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError';
  readonly problems: string[];
  constructor(problems: string[]) {
    super(problems.join(' '));
    this.problems = problems;
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * What may be shown of an error that nobody foresaw: in its text there may be a part of what was
 * being read, and that is content.
 */
export function safeMessageOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Something unforeseen happened.';
  if (isUnforeseen(error)) return `Something unforeseen happened (${error.name}).`;
  const [line = ''] = error.message.split(/\r?\n/);
  return line.slice(0, 300);
}

/** Thrown by parsers, which quote what they can't read. */
const isUnforeseen = (error: Error): boolean =>
  ['SyntaxError', 'ZodError', '$ZodError', 'TypeError', 'RangeError'].includes(
    error.name,
  );
