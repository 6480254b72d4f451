import { z } from 'zod';

const retrySchema = z.object({
  firstRetryIntervalInMilliseconds: z.number(),
  maxNumberOfAttempts: z.number(),
  backoffCoefficient: z.number().nullish(),
  maxRetryIntervalInMilliseconds: z.number().nullish(),
  // The library doesn't look at it, and waits for ever when the time is over, in Azure too.
  retryTimeoutInMilliseconds: z
    .null(
      'retryTimeoutInMilliseconds does not work with durable-functions 3.5: leave it out',
    )
    .optional(),
});
export type RetryOptions = z.infer<typeof retrySchema>;

/** The library makes JSON of strings, and leaves all else as it is. */
const encodedInput = z
  .unknown()
  .optional()
  .transform((input) =>
    typeof input === 'string' ? input : JSON.stringify(input ?? null),
  );
const plainInput = z
  .unknown()
  .optional()
  .transform((input) => JSON.stringify(input ?? null));

const activity = { functionName: z.string(), input: encodedInput };
const subOrchestrator = {
  functionName: z.string(),
  input: plainInput,
  instanceId: z.string().nullish(),
};
const retry = { retryOptions: retrySchema };

/** What an orchestrator asks for, as the library sends it. Numbers as in its ActionType. */
const simpleActionSchema = z.discriminatedUnion('actionType', [
  z.object({ actionType: z.literal(0), ...activity }),
  z.object({ actionType: z.literal(1), ...activity, ...retry }),
  z.object({ actionType: z.literal(2), ...subOrchestrator }),
  z.object({ actionType: z.literal(3), ...subOrchestrator, ...retry }),
  z.object({ actionType: z.literal(4), input: encodedInput }),
  z.object({ actionType: z.literal(5), fireAt: z.string(), isCanceled: z.boolean() }),
  z.object({ actionType: z.literal(6), externalEventName: z.string() }),
]);
type SimpleAction = z.infer<typeof simpleActionSchema>;

export type Action =
  | SimpleAction
  | { actionType: 11; compoundActions: Action[] }
  | { actionType: 12; compoundActions: Action[] };

const actionSchema: z.ZodType<Action> = z.lazy(() =>
  z.union([compoundActionSchema, simpleActionSchema]),
);
const compoundActionSchema = z.object({
  actionType: z.literal([11, 12]),
  compoundActions: z.array(actionSchema),
});

/** One turn of an orchestrator, as the library answers it. */
export const turnSchema = z.object({
  isDone: z.boolean(),
  actions: z.array(z.array(z.unknown())),
  output: z.unknown().optional(),
  error: z.string().optional(),
  customStatus: z.unknown().optional(),
});
export type Turn = Omit<z.infer<typeof turnSchema>, 'actions'> & { actions: Action[] };

const known = new Set([0, 1, 2, 3, 4, 5, 6, 11, 12]);
const typeSchema = z.object({ actionType: z.number() });

/** Throws a sentence where an orchestrator uses what the laptop's host can't do. */
export function parseActions(actions: unknown[]): Action[] {
  return actions.map((action) => {
    const { actionType } = typeSchema.parse(action);
    if (!known.has(actionType)) {
      throw new Error(
        "It uses entities, locks or callHttp, which the laptop's functions host doesn't know.",
      );
    }
    const parsed = actionSchema.safeParse(action);
    if (parsed.success) return parsed.data;
    throw new Error(z.prettifyError(parsed.error));
  });
}
