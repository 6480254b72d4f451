import * as df from 'durable-functions';
import { archiveRun } from '../shared/archive/runs/orchestrators.ts';

df.app.orchestration('archiveRun', archiveRun);
