import { createArchive, newArchiveId } from '@strongroom/archive';
import { fromHex, isStrongroomError, Secret, StrongroomError, toHex, type Bytes } from '@strongroom/core';
import type { BackupKey } from './backup-key.ts';
import type { Device } from './device.ts';
import type { PasskeyState } from './device-state.ts';
import { checkPasskey, needRoom, toPasskeyState, wrapFor, type Passkey } from './passkey.ts';
import { prepareChosen, type ChosenPassword } from './passwords.ts';
import { firstReminder } from './reminder.ts';
import { ownerKeyOf } from './vaults/owner-key.ts';
import { commitRegistration, holds, quorum, registerPassword } from './vaults/register.ts';
import { survey } from './vaults/survey.ts';
import { toUnlock } from './ways.ts';

/** What turning on takes: any ways to unlock, at least one. */
export interface EnableOptions {
  readonly cloud: string;
  readonly password?: ChosenPassword;
  /**
   * Makes the 64-digit key a way to unlock: shows it and answers whether the person has proven to have kept it.
   */
  readonly keepKey?: (key: BackupKey) => Promise<boolean>;
  readonly passkeys?: readonly Passkey[];
  readonly signal?: AbortSignal;
}

/**
 * Turns end-to-end encrypted backups on.
 * @throws StrongroomError `already-enabled`, `weak-password`, `contested` when another device's registration must be
 * replaced first: the same call finishes it when its time has come, or throws `replacement-cancelled`
 */
export async function enable(device: Device, options: EnableOptions): Promise<void> {
  if (device.state.backup !== undefined) throw new StrongroomError('already-enabled', {});
  checkWays(options);
  const chosen = options.password && (await prepareChosen(options.password));
  const store = device.cloud(options.cloud);
  await reach(store.list('', { signal: options.signal }));
  const key = keyToProtect(device);
  // First, because a person who has not kept the key must not find half of it turned on.
  const kept = await options.keepKey?.(key);
  if (chosen !== undefined) await registerOrResume(device, key, chosen, options.signal);
  const archiveId = newArchiveId();
  const directoryEpoch =
    chosen === undefined ? 0 : Number((await device.vaults(options.signal)).directory.epoch);
  const ways = {
    password: chosen !== undefined,
    key64: kept === undefined ? 'not-chosen' : kept ? 'kept' : 'unconfirmed',
    passkeys: await wrapAll(options.passkeys ?? [], key, archiveId),
  } as const;
  const unlock = toUnlock(ways, directoryEpoch);
  await createArchive({ store, key, archiveId, unlock, ...(options.signal && { signal: options.signal }) });
  await device.update({
    backup: {
      archiveId,
      cloud: options.cloud,
      key: toHex(key.reveal()),
      ...ways,
      ...(chosen !== undefined && { reminder: firstReminder(device.ports.now()) }),
      writerId: toHex(device.ports.random(16)),
      writerEpoch: 1,
    },
    pending: undefined,
  });
}

function checkWays({ password, keepKey, passkeys = [] }: EnableOptions): void {
  if (password === undefined && keepKey === undefined && passkeys.length === 0)
    throw new StrongroomError('wrong-usage', {
      why: 'Choose a password, a 64-digit key, a passkey, or several.',
    });
  passkeys.forEach((passkey, count) => {
    checkPasskey(passkey);
    needRoom(count + 2);
  });
  if (new Set(passkeys.map(({ credentialId }) => toHex(credentialId))).size < passkeys.length)
    throw new StrongroomError('wrong-usage', { why: 'The same passkey is given twice.' });
}

function wrapAll(passkeys: readonly Passkey[], key: BackupKey, archiveId: string): Promise<PasskeyState[]> {
  return Promise.all(
    passkeys.map(async (passkey) => toPasskeyState(await wrapFor(passkey, key, archiveId), passkey.name)),
  );
}

// What an earlier attempt began goes on with its key: the vaults may know it already.
function keyToProtect({ state, ports }: Device): BackupKey {
  const begun = state.pending?.enabling;
  return new Secret(begun === undefined ? ports.random(32) : fromHex(begun.key));
}

// The key and the name of the registration are remembered before the first vault hears of them, so that an
// interruption at any point can be finished.
async function registerOrResume(
  device: Device,
  key: BackupKey,
  chosen: { password: Bytes; again: Bytes },
  signal: AbortSignal | undefined,
): Promise<void> {
  const { directory, links } = await device.vaults(signal);
  const { random, stretch } = device.ports;
  const { pending } = device.state;
  // What was chosen before the wait may not be what was typed now: it is registered and tried, too.
  if (pending?.contestedUntil !== undefined)
    await finishContested(device, key, fromHex(pending.generation), signal);
  const generation = random(16);
  const begun = {
    generation: toHex(generation),
    directoryEpoch: Number(directory.epoch),
    enabling: { key: toHex(key.reveal()) },
  };
  await device.update({ pending: begun });
  try {
    await registerPassword({ directory, links, key, ...chosen, generation, random, stretch, signal });
  } catch (error) {
    if (isStrongroomError(error, 'contested')) {
      await device.update({ pending: { ...begun, contestedUntil: error.details.until } });
    }
    throw error;
  }
}

async function finishContested(
  device: Device,
  key: BackupKey,
  generation: Bytes,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { directory, links } = await device.vaults(signal);
  const { descriptions } = await survey(directory, links, signal);
  const without = descriptions.filter((description) => !holds(description, generation)).length;
  // So many vaults have dropped it that nothing is left to wait for.
  if (directory.vaults.length - without < quorum(directory)) {
    await device.update({ pending: undefined });
    throw new StrongroomError('replacement-cancelled', {});
  }
  try {
    await commitRegistration({ directory, links, generation, owner: await ownerKeyOf(key), signal });
  } catch (error) {
    // The last wrong guess at the other registration erased this one, too: it is proposed anew.
    if (!isStrongroomError(error, 'locked')) throw error;
  }
}

async function reach(listing: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of listing) return;
}
