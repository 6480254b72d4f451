import type { Passage, ServiceName } from './gateway.ts';

/** A step of the product as its services see it: a kind of request. */
export interface Step {
  name: string;
  /** When in a run it is met. */
  phase: 'fetch' | 'import' | 'end';
  /** Met once for a page of the source, so that a death after it leaves it done. */
  isRare: boolean;
  is(passage: Passage): boolean;
}

interface Pattern {
  service: ServiceName;
  methods: string[];
  path: RegExp;
  /** What the body holds. */
  body?: RegExp;
}

const rare = new Set([
  'source page put',
  'manifest put',
  'delivery message',
  'routes put',
]);

function step(name: string, phase: Step['phase'], pattern: Pattern): Step {
  const { service, methods, path, body } = pattern;
  return {
    name,
    phase,
    isRare: rare.has(name),
    is: (passage) =>
      passage.service === service &&
      methods.includes(passage.method) &&
      path.test(passage.path) &&
      (body?.test(passage.body.toString('utf8')) ?? true),
  };
}

const blob = (method: string, path: RegExp): Pattern => ({
  service: 'blob',
  methods: [method],
  path,
});
const queue = (path: RegExp): Pattern => ({ service: 'queue', methods: ['POST'], path });
const graph = (method: string, path: RegExp): Pattern => ({
  service: 'graph',
  methods: [method],
  path,
});
const rows = (body: RegExp, path = /\/\$batch/): Pattern => ({
  service: 'table',
  methods: ['POST', 'PUT', 'PATCH', 'MERGE'],
  path,
  body,
});
const anything = /^/;

/** What a crash must not come between, in the order of a run. */
export const steps: Step[] = [
  step('attachment put', 'fetch', blob('PUT', /\/attachments\/[^?]/)),
  step('source page put', 'fetch', blob('PUT', /\/source-pages\/[^?]/)),
  step('item index write', 'fetch', rows(/\/ItemIndex\b/)),
  step('email put', 'fetch', blob('PUT', /\/emails\/[^?]/)),
  step('manifest put', 'fetch', blob('PUT', /\/manifests\/[^?]+\/\d+(\?|$)/)),
  step('delivery message', 'fetch', queue(/\/deliver-emails\/messages(\?|$)/)),
  step('routes put', 'fetch', blob('PUT', /\/manifests\/[^?]+\.routes/)),
  step('order put', 'fetch', blob('PUT', /\/imports\/[^?]/)),
  step('folder create', 'fetch', graph('POST', /\/childFolders(\?|$)/)),
  step('lock lease', 'import', blob('PUT', /\/state\/locks\/[^?]+\?comp=lease/)),
  step('lock note', 'import', blob('PUT', /\/state\/locks\/[^?]+(\?(?!comp)|$)/)),
  step('ledger intent', 'import', rows(/\/ImportLedger\b[\s\S]*"state":"intent"/)),
  step('create', 'import', graph('POST', /\/messages(\?|$)/)),
  step('ledger outcome', 'import', rows(/\/ImportLedger\b[\s\S]*"state":"imported"/)),
  step('look-up', 'import', graph('GET', /\/messages\?.*filter=/)),
  step('next turn message', 'import', queue(/\/retry-imports\/messages(\?|$)/)),
  step('results put', 'import', blob('PUT', /\/results\/[^?]/)),
  step('progress write', 'import', rows(anything, /\/RunProgress\(.*%7C/i)),
  step('order delete', 'import', blob('DELETE', /\/imports\/[^?]/)),
  step('run row write', 'end', rows(anything, /\/RunLog\(/)),
  step('status write', 'end', rows(anything, /\/ConnectorStatus/)),
];
