/**
 * Where the app writes what it does. Never pass content, people's addresses, names, subjects,
 * tokens or URLs with query strings: the log is read by more people than the archive is.
 */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Says nothing. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };

/** What the Functions host collects: the worker's console. */
export const consoleLog: Log = {
  info: (message) => console.info(message),
  warn: (message) => console.warn(message),
  error: (message) => console.error(message),
};
