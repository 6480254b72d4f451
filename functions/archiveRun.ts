import * as df from 'durable-functions';
import { archiveRun } from '../shared/archive/orchestrators.ts';

df.app.orchestration('archiveRun', archiveRun);
