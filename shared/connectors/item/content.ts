import { z } from 'zod';

/**
 * What people wrote. Where it comes in another form than documented, that form is kept as JSON:
 * nothing that somebody said is dropped for its type. Null is as good as absent.
 */
export const content = z
  .unknown()
  .optional()
  .transform((value): string | undefined => {
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
