/** What the caller should do about an error. */
export type Action =
  | { readonly do: 'retry' }
  | { readonly do: 'wait'; readonly until: number }
  | { readonly do: 'ask-user' }
  | { readonly do: 're-enable' }
  | { readonly do: 'upgrade' }
  | { readonly do: 'report' };

/** What is wrong with a vault's HSM. */
export type HsmProblem =
  | 'unavailable'
  | 'wrong-pin'
  | 'no-such-epoch'
  | 'epoch-exists'
  | 'does-not-open'
  | 'not-trusted'
  | 'refused';

/** The details of an error whose code says it all: `{}`. */
export type NoDetails = { readonly [name: string]: never };

/** Times are milliseconds since 1970. */
export interface ErrorDetails {
  // the password and the vault
  'wrong-password': { guessesLeft: number; waitUntil: number | null; unfinishedChange: boolean };
  'must-wait': { until: number; guessesLeft: number };
  locked: NoDetails;
  'not-registered': NoDetails;
  stale: NoDetails;
  contested: { until: number };
  'replacement-cancelled': NoDetails;
  'vault-misbehaved': { vaultId: string; reason: string };
  unavailable: { answered: number; needed: number };
  malformed: { what: string };
  'not-authorised': { why: string };
  'weak-password': { why: string };
  // the account
  'signed-out': NoDetails;
  'wrong-code': { triesLeft: number };
  'too-many-requests': { until: number };
  'too-many-devices': { most: number };
  'directory-changed': { expected: string; found: string };
  offline: { server: string };
  // the 64-digit key
  'malformed-key': { group: string | null; why: string };
  /** `passkey`: the key is what a passkey gave. */
  'wrong-key': { passkey?: true };
  // the archive and the cloud
  'archive-missing': { where: string };
  'archive-ambiguous': { archives: readonly string[] };
  'archive-damaged': { object: string; why: string };
  'archive-incomplete': { object: string };
  /** Files and bytes that are in the backup instead. */
  'no-chats': { files: number; bytes: number };
  'newer-version': { object: string; version: number };
  'other-key': { object: string; earlier: boolean };
  'other-writer': { device: string };
  'rolled-back': { seen: number; found: number };
  'snapshot-missing': { snapshot: string };
  'plain-missing': { where: string };
  'cloud-unreachable': { where: string; why: string };
  'cloud-denied': { where: string };
  'cloud-full': { where: string };
  'object-missing': { object: string };
  'object-exists': { object: string };
  // the vault's operator
  hsm: { problem: HsmProblem; why: string };
  // this device
  'already-enabled': NoDetails;
  'not-enabled': NoDetails;
  /** `until`: when a password that was set without a proof becomes one itself. */
  'proof-needed': { until: number | null };
  'target-not-empty': { path: string };
  'source-missing': { path: string };
  'not-an-export': { what: string };
  'disk-full': { path: string };
  'not-permitted': { path: string };
  'in-use': { path: string };
  'profile-damaged': { path: string };
  'wrong-usage': { why: string };
  cancelled: NoDetails;
  bug: { where: string };
}

/** Stable codes: programs may rely on them. */
export type ErrorCode = keyof ErrorDetails;

type Entry<C extends ErrorCode> = {
  readonly action: Action['do'] | ((details: ErrorDetails[C]) => Action);
  readonly sentence: (details: ErrorDetails[C]) => string;
};

const errors: { readonly [C in ErrorCode]: Entry<C> } = {
  'wrong-password': {
    action: ({ waitUntil }) => (waitUntil === null ? { do: 'ask-user' } : { do: 'wait', until: waitUntil }),
    sentence: ({ guessesLeft, waitUntil }) =>
      guessesLeft === 0
        ? 'Wrong password. That was the last try: this password can no longer open the backup. Only the 64-digit key or a device that still has the backup can.'
        : `Wrong password. ${tries(guessesLeft)} left.${waitUntil === null ? '' : ` Next try ${when(waitUntil)}.`}`,
  },
  'must-wait': {
    action: ({ until }) => ({ do: 'wait', until }),
    sentence: ({ until, guessesLeft }) => `Too soon. Next try ${when(until)}; ${tries(guessesLeft)} left.`,
  },
  locked: {
    action: 're-enable',
    sentence: () =>
      'Locked: too many wrong passwords were tried, and the vault has erased what a password opens. Your 64-digit key still opens the backup; or choose a new password on a device that still has it.',
  },
  'not-registered': {
    action: 'ask-user',
    sentence: () =>
      'No password protects a backup of this account. Unlock it with the 64-digit key, if you have one.',
  },
  stale: {
    action: 'retry',
    sentence: () => 'Something changed meanwhile on another device. Try again.',
  },
  contested: {
    action: ({ until }) => ({ do: 'wait', until }),
    sentence: ({ until }) =>
      `This account already has a backup password. Yours takes its place ${when(until)}, unless a device that has the backup cancels it before. Run the same command again then.`,
  },
  'replacement-cancelled': {
    action: 'ask-user',
    sentence: () =>
      'Your request to replace the backup key of this account is gone: a device that has the backup cancelled it, or a newer request took its place. Run the same command again to ask anew.',
  },
  'vault-misbehaved': {
    action: 'report',
    sentence: ({ vaultId, reason }) =>
      `Vault ${vaultId} did not keep to the protocol (${reason}). It was not trusted. Please report it.`,
  },
  unavailable: {
    action: 'retry',
    sentence: ({ answered, needed }) =>
      `The vault cannot be reached: ${answered} of ${needed} needed answered. No try was lost without being counted; try again later.`,
  },
  malformed: {
    action: 'report',
    sentence: ({ what }) => `A message could not be read: ${what}.`,
  },
  'not-authorised': {
    action: 'ask-user',
    sentence: ({ why }) => `Refused: ${why}.`,
  },
  'weak-password': {
    action: 'ask-user',
    sentence: ({ why }) => `Choose another password: ${why}.`,
  },
  'signed-out': {
    action: 'ask-user',
    sentence: () => 'This device is not signed in. Run `strongroom sign-in` first.',
  },
  'wrong-code': {
    action: 'ask-user',
    sentence: ({ triesLeft }) =>
      triesLeft === 0
        ? 'Wrong code, and no tries are left for it. Sign in again for a new code.'
        : `Wrong code. ${tries(triesLeft)} left.`,
  },
  'too-many-requests': {
    action: ({ until }) => ({ do: 'wait', until }),
    sentence: ({ until }) => `Too many requests. Try again ${when(until)}.`,
  },
  'too-many-devices': {
    action: 'ask-user',
    sentence: ({ most }) =>
      `This account has ${most} devices signed in, as many as it can have. Sign one out: on that device, or from another with \`strongroom devices --revoke ID\`.`,
  },
  'directory-changed': {
    action: 'report',
    sentence: ({ expected, found }) =>
      `The server's list of vaults is not the one this device trusts (expected sha256:${expected}, found sha256:${found}). Nothing was sent to them.`,
  },
  offline: {
    action: 'retry',
    sentence: ({ server }) =>
      `The server at ${server} cannot be reached. Check the network, or that it is running, and try again.`,
  },
  'malformed-key': {
    action: 'ask-user',
    sentence: ({ group, why }) =>
      group === null
        ? `That is not a 64-digit key: ${why}.`
        : `That is not a 64-digit key: group ${group} ${why}.`,
  },
  'wrong-key': {
    action: 'ask-user',
    sentence: ({ passkey }) =>
      passkey
        ? 'This passkey does not open this backup. Try another one, or another way to unlock.'
        : 'This key does not open this backup. Check that it belongs to it, and compare it group by group.',
  },
  'archive-missing': {
    action: 'ask-user',
    sentence: ({ where }) => `There is no encrypted backup in ${where}.`,
  },
  'archive-ambiguous': {
    action: 'ask-user',
    sentence: ({ archives }) =>
      `There are several backups here. Name one with --archive: ${archives.join(', ')}.`,
  },
  'archive-damaged': {
    action: 'ask-user',
    sentence: ({ object, why }) =>
      `The backup is damaged: ${object} ${why}. What is intact can still be restored.`,
  },
  'archive-incomplete': {
    action: 'ask-user',
    sentence: ({ object }) =>
      `The backup is incomplete: ${object} is missing from the cloud. What is intact can still be restored.`,
  },
  'no-chats': {
    action: 'ask-user',
    sentence: ({ files }) =>
      `This backup holds files (${files}), but no chats that the app can show. Bring them back with \`strongroom restore\`.`,
  },
  'newer-version': {
    action: 'upgrade',
    sentence: ({ object, version }) =>
      `${object} was written by a newer version (format ${version}). Update the app.`,
  },
  'other-key': {
    action: 'ask-user',
    sentence: ({ object, earlier }) =>
      earlier
        ? `${object} is sealed under a key that this backup no longer uses: by a device that does not have the new one, or by somebody else who has the old one. It is left out.`
        : `${object} is sealed under another key than yours: this backup has got a new one, or somebody else put it there. Open it with your password or your newest 64-digit key.`,
  },
  'other-writer': {
    action: 'ask-user',
    sentence: ({ device }) =>
      `Another device (${device}) has taken over this backup. This one has stopped writing to it.`,
  },
  'rolled-back': {
    action: 'report',
    sentence: ({ seen, found }) =>
      `The cloud shows an older backup (number ${found}) than the newest one known (number ${seen}). It was changed or restored from a copy.`,
  },
  'snapshot-missing': {
    action: 'ask-user',
    sentence: ({ snapshot }) => `There is no snapshot ${snapshot} in this backup.`,
  },
  'plain-missing': {
    action: 'ask-user',
    sentence: ({ where }) => `There is no finished unencrypted backup in ${where}.`,
  },
  'cloud-unreachable': {
    action: 'retry',
    sentence: ({ where, why }) => `The cloud at ${where} cannot be reached (${why}). Try again later.`,
  },
  'cloud-denied': { action: 'ask-user', sentence: ({ where }) => `The cloud at ${where} refuses access.` },
  'cloud-full': {
    action: 'ask-user',
    sentence: ({ where }) => `The cloud at ${where} is full. Make room, then try again.`,
  },
  'object-missing': { action: 'ask-user', sentence: ({ object }) => `${object} is not in the cloud.` },
  'object-exists': { action: 'report', sentence: ({ object }) => `${object} is in the cloud already.` },
  hsm: {
    action: ({ problem }) => ({ do: problem === 'unavailable' ? 'retry' : 'ask-user' }),
    sentence: ({ why }) => why,
  },
  'already-enabled': {
    action: 'ask-user',
    sentence: () =>
      'Encrypted backups are already on for this device. Use `strongroom change-password`, or `strongroom disable` first.',
  },
  'not-enabled': {
    action: 'ask-user',
    sentence: () => 'Encrypted backups are off on this device. Run `strongroom enable` first.',
  },
  'proof-needed': {
    action: 'ask-user',
    sentence: ({ until }) =>
      until === null
        ? 'Show first that the backup is yours: by its password, its 64-digit key or a passkey.'
        : `This password was set without a proof. It opens the backup, and counts as a proof ${when(until)}.`,
  },
  'target-not-empty': {
    action: 'ask-user',
    sentence: ({ path }) =>
      `${path} is not an empty folder. Choose an empty or a new one; nothing was changed.`,
  },
  'source-missing': { action: 'ask-user', sentence: ({ path }) => `${path} cannot be found.` },
  'not-an-export': {
    action: 'ask-user',
    sentence: ({ what }) => `This is not a chat that WhatsApp exported: ${what}.`,
  },
  'disk-full': {
    action: 'ask-user',
    sentence: ({ path }) =>
      `The disk is full: ${path} could not be written. Make room and run the same command again; what is there is kept.`,
  },
  'not-permitted': { action: 'ask-user', sentence: ({ path }) => `No permission for ${path}.` },
  'in-use': {
    action: 'retry',
    sentence: ({ path }) => `Another strongroom command is using ${path}. Wait for it to end.`,
  },
  'profile-damaged': {
    action: 'ask-user',
    sentence: ({ path }) =>
      `${path} is damaged. Move it away, sign in again, and restore with your password or 64-digit key.`,
  },
  'wrong-usage': { action: 'ask-user', sentence: ({ why }) => why },
  cancelled: { action: 'retry', sentence: () => 'Stopped. Run the same command again to go on.' },
  bug: {
    action: 'report',
    sentence: ({ where }) => `Something that cannot happen did (${where}). Please report it.`,
  },
};

/** Every code there is, for tables and tests. */
export const errorCodes: readonly ErrorCode[] = Object.keys(errors) as ErrorCode[];

/** The one error type that callers handle: a stable code, its details, a sentence for people, and what to do. */
export class StrongroomError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'StrongroomError';
  readonly code: C;
  readonly details: ErrorDetails[C];

  constructor(code: C, details: ErrorDetails[C], options?: ErrorOptions) {
    super(errors[code].sentence(details), options);
    this.code = code;
    this.details = details;
  }

  /** What the caller should do. */
  get action(): Action {
    const { action } = errors[this.code];
    return typeof action === 'function' ? action(this.details) : ({ do: action } as Action);
  }

  toJSON(): { code: C; message: string; action: Action; details: ErrorDetails[C] } {
    return { code: this.code, message: this.message, action: this.action, details: this.details };
  }
}

/** Whether an error is ours and, when codes are given, has one of them. */
export function isStrongroomError<C extends ErrorCode = ErrorCode>(
  error: unknown,
  ...codes: readonly C[]
): error is StrongroomError<C> {
  return error instanceof StrongroomError && (codes.length === 0 || codes.includes(error.code as C));
}

function tries(count: number): string {
  return `${count} ${count === 1 ? 'try' : 'tries'}`;
}

function when(time: number, now: number = Date.now()): string {
  const seconds = Math.max(0, Math.ceil((time - now) / 1000));
  if (seconds === 0) return 'now';
  if (seconds < 90) return `in ${seconds} seconds`;
  if (seconds < 90 * 60) return `in ${Math.round(seconds / 60)} minutes`;
  if (seconds < 36 * 3600) return `in ${Math.round(seconds / 3600)} hours`;
  return `in ${Math.round(seconds / 86_400)} days`;
}
