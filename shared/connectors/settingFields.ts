import { z } from 'zod';

/** What settings of a connector begin with: `zoom-eu` → `ZOOM_EU_`. */
export const settingPrefix = (connector: string): string =>
  `${connector.toUpperCase().replaceAll('-', '_')}_`;

/** A setting that has no default. `missing`: the sentence for whoever left it out. */
export const requiredSetting = (missing: string) =>
  z.string(missing).trim().min(1, missing);

/** `_DOWNLOAD_HOSTS`; see `hostList`. */
export const downloadHostsSetting = z
  .string()
  .optional()
  .describe('Further hosts that files may come from: host or host:port');
