import type { ExportWindow } from './exportRecords.ts';
import type { World } from './model.ts';

export interface Task {
  id: string;
  window: ExportWindow;
  created: Date;
  modified: Date;
  status: string;
  reads: number;
  ending: string;
  /** What the account was like when the task was created. */
  texts: Map<string, string[]>;
  zips: Buffer[];
}

const path = '/team-messaging/v1/data-export';

/** What the task was asked for. */
export const requestOf = ({ window: { from, to } }: Task) => ({
  ...{ timeFrom: from, timeTo: to },
});

interface Place {
  world: World;
  baseUrl: () => string;
  mediaUrl: () => string;
}

export const taskJson = (task: Task, withDatasets: boolean, place: Place) => ({
  ...{ uri: `${place.baseUrl()}${path}/${task.id}`, id: task.id },
  ...{ creationTime: task.created, lastModifiedTime: task.modified },
  status: task.status,
  creator: { id: place.world.officer.id, firstName: 'Paco', lastName: 'Vu' },
  specific: requestOf(task),
  ...(withDatasets && {
    datasets: task.zips.map((zip, index) => ({
      ...{ id: String(index + 1), size: zip.byteLength },
      uri: `${place.mediaUrl()}${path}/${task.id}/datasets/${index + 1}`,
    })),
  }),
});
