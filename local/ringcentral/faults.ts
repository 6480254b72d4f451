import type { Answer } from '../simulation/answers.ts';
import {
  type FaultRule as AnyFaultRule,
  type CommonFault,
  retryAfter,
} from '../simulation/faults.ts';
import { refusal } from './answers.ts';

export const routeNames = [
  'token',
  'listTasks',
  'createTask',
  'readTask',
  'dataset',
  'file',
  'unknown',
] as const;
export type RouteName = (typeof routeNames)[number];

export type Fault =
  | CommonFault
  /** 403: the app's permission, the administrator's, or the feature is missing. */
  | { kind: 'forbidden'; code?: 'CMN-401' | 'CMN-402' | 'CMN-408' | 'CMN-109' }
  | { kind: 'notFound' }
  /** 409, as if a task that no list shows were in the way. */
  | { kind: 'conflict' };

export type FaultRule = AnyFaultRule<Fault, RouteName>;

/** The answer in place of the real one, where the fault has one. */
export function faultAnswer(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case 'unauthorized':
      return refusal(401, 'OAU-128', 'Access token expired.');
    case 'forbidden':
      return refusal(403, fault.code ?? 'CMN-401', 'Permission is missing.');
    case 'notFound':
      return refusal(404, 'CMN-102', 'Resource is not found.');
    case 'conflict':
      return refusal(409, 'CLG-102', 'Too many export tasks.');
    case 'throttled':
      return refusal(429, 'CMN-301', 'Request rate exceeded.', retryAfter(fault));
    case 'broken':
      return refusal(fault.status, 'CMN-201', 'Service Temporary Unavailable.');
    default:
      return undefined;
  }
}
