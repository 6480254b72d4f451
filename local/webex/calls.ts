import type { Answer } from '../simulation/answers.ts';
import type { World } from './model.ts';

/** A request that found its route and was let in. */
export interface Call {
  /** `GET /events`, for violations. */
  where: string;
  query: URLSearchParams;
  /** The last part of the path, where the route has an id. */
  id: string;
  /** The body of a form. */
  form: URLSearchParams;
}

/** What the service does on some days, or did in some years. */
export interface Quirks {
  /** Each page of /events comes after one without items. */
  emptyPages?: boolean;
  /** A `max` above this is answered with 504. */
  gatewayTimeoutAbove?: number;
  /** Ids in events are padded, or end in a newline, as in some vendor samples. */
  idVariants?: boolean;
  /** `from` and `to` belong to the window; as documented they do not. */
  inclusiveBounds?: boolean;
  /** The next link says `max=null` and forgets the resource. WebexPythonSDK issue 168 */
  brokenNextLinks?: boolean;
  /** Every object has a field that nobody has heard of. */
  unknownFields?: boolean;
}

export interface Simulation {
  world: World;
  now: () => Date;
  quirks: Quirks;
  /** How often each file has been asked for. */
  served: Map<string, number>;
  baseUrl: () => string;
  elsewhereUrl: () => string;
  violation: (text: string) => void;
}

export type Handler = (call: Call, simulation: Simulation) => Answer;
