import type { FaultRule, RouteName } from '../../../local/ringcentral/faults.ts';
import type { Trouble } from '../subject.ts';
import { commonFaultFor } from './commonFaults.ts';

const withToken: RouteName[] = ['listTasks', 'createTask', 'readTask', 'dataset'];

export function faultRuleFor(trouble: Trouble, now: Date): FaultRule {
  return trouble === 'an expired token'
    ? { fault: { kind: 'unauthorized' }, routes: withToken }
    : { fault: commonFaultFor(trouble, now, 60) };
}
