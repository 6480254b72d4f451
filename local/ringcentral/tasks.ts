import { z } from 'zod';
import { parseJson } from '../../shared/parseJson.ts';
import { type Answer, bytes, json } from '../simulation/answers.ts';
import { uuidFrom } from '../simulation/seeded.ts';
import { notFound, refusal } from './answers.ts';
import { exportedTexts, type Quirks } from './exportRecords.ts';
import type { SimRecord, World } from './model.ts';
import { requestOf, type Task, taskJson } from './taskJson.ts';
import { type ZipFlaw, zipExport } from './zips.ts';

export interface ExportOptions {
  /** What a task says, read after read, until it is completed. */
  statuses?: string[];
  /** How the first so many tasks end instead. */
  endings?: ('Failed' | 'Expired' | 'Cancelled')[];
  /** What is wrong with the first ZIP of the first so many downloads, or of all. */
  zipFlaw?: { flaw: ZipFlaw; downloads?: number };
  /** How long the datasets can be had; 30 days in reality. */
  linkLifeMs?: number;
  /** Tasks of somebody else, under way until then. */
  others?: { until: Date }[];
  /** So many looks at a completed task show no datasets. */
  withoutDatasets?: number;
  /** In place of what the world's records make: for large ones. */
  zips?: () => Buffer[];
}

interface OfficeDeps {
  world: World;
  now: () => Date;
  quirks: Quirks;
  violation: (text: string) => void;
  baseUrl: () => string;
  mediaUrl: () => string;
  fileUri: (record: SimRecord) => string | undefined;
}

const mostTasks = 2;
const sixMonthsMs = 184 * 86_400_000;
const bodySchema = z.strictObject({
  timeFrom: z.iso.datetime({ offset: true }).optional(),
  timeTo: z.iso.datetime({ offset: true }).optional(),
  contacts: z.array(z.unknown()).optional(),
  chatIds: z.array(z.string()).optional(),
});

/** https://developers.ringcentral.com/guide/team-messaging/manual/compliance-export */
export function createTaskOffice(options: ExportOptions, deps: OfficeDeps) {
  const { world, now, quirks, violation } = deps;
  const tasks: Task[] = [];
  const statuses = options.statuses ?? ['Accepted', 'InProgress'];
  let downloads = 0;
  let bareLooks = 0;
  const ended = ['Completed', 'Failed', 'Expired', 'Cancelled'];

  const show = (task: Task, withDatasets: boolean) =>
    taskJson(task, withDatasets && task.status === 'Completed', deps);

  const underWay = () =>
    tasks.filter(({ status }) => !ended.includes(status)).length +
    (options.others ?? []).filter(({ until }) => now() < until).length;

  function create(text: string): Answer {
    const body = bodySchema.safeParse(text === '' ? {} : parseJson(text)).data;
    if (!body) {
      violation('POST /data-export: a body that is not understood');
      return refusal(400, 'CMN-101', 'Parameter is invalid.');
    }
    if (underWay() >= mostTasks) {
      violation('POST /data-export: more than two tasks at a time');
      return refusal(403, 'CLG-102', 'Too many export tasks.');
    }
    const to = new Date(body.timeTo ?? now());
    const from = new Date(body.timeFrom ?? +to - 86_400_000);
    if (from >= to || to > now() || +to - +from > sixMonthsMs) {
      violation('POST /data-export: a window that is none');
      return refusal(400, 'CMN-101', 'Parameter [timeFrom] is invalid.');
    }
    const task: Task = {
      id: `${world.accountId}-${uuidFrom('task', tasks.length)}`,
      ...{ window: { from, to }, created: now(), modified: now(), reads: 0, zips: [] },
      status: statuses[0] ?? 'Accepted',
      ending: options.endings?.[tasks.length] ?? 'Completed',
      texts: exportedTexts(world, { from, to }, now(), quirks, deps.fileUri),
    };
    tasks.push(task);
    return json(202, show(task, false));
  }

  async function read(id: string): Promise<Answer> {
    const task = tasks.find((one) => one.id === id);
    if (!task) return notFound();
    task.reads += 1;
    if (!ended.includes(task.status)) await moveOn(task);
    const isLate =
      task.status === 'Completed' && bareLooks++ < (options.withoutDatasets ?? 0);
    return json(200, show(task, !isLate));
  }

  async function moveOn(task: Task): Promise<void> {
    task.status = statuses[task.reads] ?? task.ending;
    task.modified = now();
    if (task.status !== 'Completed') return;
    task.zips = options.zips?.() ?? (await zipped(task, undefined));
  }

  const zipped = (task: Task, flaw: ZipFlaw | undefined): Promise<Buffer[]> =>
    zipExport(task.texts, requestOf(task), quirks, flaw);

  function list(query: URLSearchParams): Answer {
    const perPage = Number(query.get('perPage') ?? 30);
    const page = Number(query.get('page') ?? 1);
    if (!(perPage >= 1 && perPage <= 250 && page >= 1)) {
      violation('GET /data-export: a page that is none');
      return refusal(400, 'CMN-101', 'Parameter [perPage] is invalid.');
    }
    const newestFirst = tasks.toReversed();
    const shown = newestFirst.slice((page - 1) * perPage, page * perPage);
    const totalPages = Math.max(1, Math.ceil(tasks.length / perPage));
    const others = (options.others ?? [])
      .filter(({ until }) => now() < until)
      .map((_, index) => ({
        ...{ id: `others-${index}`, status: 'InProgress', creationTime: now() },
        specific: { chatIds: ['1'] },
      }));
    return json(200, {
      tasks: [...(page === 1 ? others : []), ...shown.map((task) => show(task, false))],
      paging: { page, perPage, totalPages, totalElements: tasks.length },
      navigation: {},
    });
  }

  async function dataset(id: string, number: number): Promise<Answer> {
    const task = tasks.find((one) => one.id === id);
    const zip = task?.zips[number - 1];
    const life = options.linkLifeMs ?? 30 * 86_400_000;
    if (!task || !zip || +now() - +task.modified >= life) return notFound();
    const { flaw, downloads: most = Number.POSITIVE_INFINITY } = options.zipFlaw ?? {};
    const isFlawed = flaw !== undefined && number === 1 && ++downloads <= most;
    const [spoilt = zip] = isFlawed ? await zipped(task, flaw) : [];
    return bytes(200, 'application/zip', spoilt);
  }

  return { create, read, list, dataset, made: () => tasks.length };
}
