import * as df from 'durable-functions';
import { archiveRun } from '../shared/archive/orchestration.ts';

df.app.orchestration('archiveRun', archiveRun);
