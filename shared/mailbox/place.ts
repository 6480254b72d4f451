/** Where in the mailbox: a folder under the Inbox, found once for each run. */
export interface Place {
  folder: string;
  run: string;
}
