import type { ConnectorType } from './connector.ts';
import { ringcentral } from './ringcentral/index.ts';
import { skype } from './skype/index.ts';
import { symphony } from './symphony/index.ts';
import { webex } from './webex/index.ts';
import { zoom } from './zoom/index.ts';

/** Every kind of connector that there is. */
export const connectorTypes: ConnectorType[] = [
  webex,
  zoom,
  ringcentral,
  symphony,
  skype,
];
