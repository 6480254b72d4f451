import * as df from 'durable-functions';
import { connectorRun } from '../shared/archive/orchestration.ts';

df.app.orchestration('connectorRun', connectorRun);
