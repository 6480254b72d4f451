/** An answer before it is put on the wire. A Buffer is sent as it is, anything else as JSON. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** What the service refuses. */
export class GraphError extends Error {
  override name = 'GraphError';
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;
  constructor(
    status: number,
    code: string,
    message: string,
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export function badRequest(message: string): GraphError {
  return new GraphError(400, 'BadRequest', message);
}

export function unreadableBody(message: string): GraphError {
  return new GraphError(400, 'UnableToDeserializePostBody', message);
}

export function itemNotFound(): GraphError {
  return new GraphError(
    404,
    'ErrorItemNotFound',
    'The specified object was not found in the store.',
  );
}

export function throttled(retryAfterSeconds: number, limit: string): GraphError {
  return new GraphError(
    429,
    'ApplicationThrottled',
    `Application is over its ${limit} limit.`,
    { 'Retry-After': String(retryAfterSeconds) },
  );
}

/** The error in the shape of the service, with the ids that its support asks for. */
export function errorReply(
  error: GraphError,
  ids: { requestId: string; clientRequestId: string; date: Date },
): Reply {
  const innerError = {
    date: ids.date.toISOString().slice(0, 19),
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId,
  };
  return {
    status: error.status,
    headers: error.headers,
    body: { error: { code: error.code, message: error.message, innerError } },
  };
}
