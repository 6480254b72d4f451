import * as df from 'durable-functions';
import { connectorRun } from '../shared/archive/runs/orchestrators.ts';

df.app.orchestration('connectorRun', connectorRun);
