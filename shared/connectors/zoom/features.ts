/** What a request needs. */
export interface Need {
  /** For sentences, as in "Zoom refused the list of users". */
  what: string;
  scope: string;
  /** What a refusal for the account's plan means; where it may concern one meeting, there is none. */
  plan?: string;
}

/** What this connector asks Zoom for, and what an administrator must have for it. */
export const features = {
  archive: {
    what: 'the list of archived meetings',
    scope: 'archiving:read:list_archived_files:admin',
    plan: 'meeting archiving is not switched on for this account. Have Zoom Support enable it, or choose the lane recordings.',
  },
  archivedMeeting: {
    what: "an archived meeting's files",
    scope: 'archiving:read:archived_files:admin',
  },
  users: {
    what: 'the list of users',
    scope: 'user:read:list_users:admin',
    plan: 'the account may not list its users. It must be a paid one, and the app allowed by its owner.',
  },
  history: {
    what: 'the history of meetings',
    scope: 'report:read:list_history_meetings:admin',
    plan: 'reports are for paid accounts (Pro or higher), or the permission for them is missing. Upgrade the account, or give whoever owns the app a role that may view reports.',
  },
  userRecordings: {
    what: "the list of a user's recordings",
    scope: 'cloud_recording:read:list_user_recordings:admin',
  },
  recordings: {
    what: "a meeting's recordings",
    scope: 'cloud_recording:read:list_recording_files:admin',
  },
  pastMeeting: {
    what: 'a past meeting',
    scope: 'meeting:read:past_meeting:admin',
  },
  participants: {
    what: 'the participants of a meeting',
    scope: 'meeting:read:list_past_participants:admin',
  },
  reportParticipants: {
    what: "the report of a meeting's participants",
    scope: 'report:read:list_meeting_participants:admin',
  },
} satisfies Record<string, Need>;

/** One kind of request. */
export type Feature = keyof typeof features;

/** What an administrator must have for a kind of request. */
export const needOf = (feature: Feature): Need => features[feature];
