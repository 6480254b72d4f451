/** A value as the host and the library exchange it: exactly one of the fields is there. */
export interface TypedData {
  string?: string | null;
  json?: string | null;
  bytes?: Uint8Array | null;
  int?: number | null;
  double?: number | null;
  http?: HttpData | null;
}

export interface HttpData {
  url?: string;
  method?: string;
  headers?: Record<string, string>;
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: TypedData | null;
  statusCode?: string;
  cookies?: HttpCookie[];
}

/** Only name and value are plain; the attributes come wrapped. */
export interface HttpCookie {
  name: string;
  value: string;
  domain?: { value: string };
  path?: { value: string };
  expires?: { value: { seconds: number } };
  secure?: { value: boolean };
  httpOnly?: { value: boolean };
  maxAge?: { value: number };
  sameSite?: string;
}

/** A returned value as JSON text; what a function did not return is `null`. */
export function toJson(data: TypedData | undefined): string {
  if (data?.json != null) return data.json;
  if (data?.bytes != null)
    return JSON.stringify(Buffer.from(data.bytes).toString('base64'));
  return JSON.stringify(data?.string ?? data?.int ?? data?.double ?? null);
}
