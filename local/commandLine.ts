import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ConfigurationError } from '../shared/errors.ts';

const instant = (option: string) =>
  z.iso
    .datetime({
      offset: true,
      error: `${option} must be a time as in 2026-01-31T00:00:00Z.`,
    })
    .transform((text) => new Date(text))
    .optional();

const schema = z
  .object({
    once: z.boolean().default(false),
    json: z.boolean().default(false),
    data: z.string().optional(),
    fail: z.string().optional(),
    from: instant('--from'),
    to: instant('--to'),
  })
  .refine(({ from, to }) => (from === undefined) === (to === undefined), {
    message: 'Give both --from and --to, or neither.',
  })
  .refine(({ from, to }) => !from || !to || from < to, {
    message: '--from must be earlier than --to.',
  });

/** What `npm start` and `npm run host` were asked for. */
export type CommandLine = z.infer<typeof schema>;

/** Throws a `ConfigurationError` that says what is wrong with the command. */
export function readCommandLine(args: string[]): CommandLine {
  const { values } = parseOptions(args);
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(parsed.error.issues.map((issue) => issue.message));
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        once: { type: 'boolean' },
        json: { type: 'boolean' },
        data: { type: 'string' },
        fail: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
      },
    });
  } catch (error) {
    throw new ConfigurationError([
      error instanceof Error ? error.message : String(error),
    ]);
  }
}
