import { Backups } from './backup/backups.ts';
import { Restores } from './backup/restores.ts';
import type { ChatParts } from './chat-parts.ts';
import { Transfers } from './chats/transfers.ts';
import { Account } from './device/account.ts';
import { DeviceHolder } from './device/device-holder.ts';
import { deviceNameOf, openCloud } from './device/device-ports.ts';
import { OwnerProof } from './device/owner-proof.ts';
import { SealedDeviceStore } from './device/sealed-device-store.ts';
import type { Place } from './place.ts';
import { Tasks } from './tasks/tasks.ts';
import { VaultWatch } from './ways/vault-view.ts';
import { Ways } from './ways/ways.ts';

/** What an engine is made of. */
export interface EngineParts extends ChatParts {
  readonly holder: DeviceHolder;
  readonly transfers: Transfers;
  readonly tasks: Tasks;
  readonly account: Account;
  readonly proof: OwnerProof;
  readonly vault: VaultWatch;
  readonly ways: Ways;
  readonly backups: Backups;
  readonly restores: Restores;
}

/** What it stands on. */
export interface Ground {
  readonly parts: ChatParts;
  readonly place: Place;
  /** The front door's address. */
  readonly server: string;
  /** Hears whenever anything is other than before. */
  readonly changed: () => void;
}

/** Opens the device of a place, and what works on it and on its chats. @throws StrongroomError `disk-full` */
export async function openParts({ parts: ground, place, server, changed }: Ground): Promise<EngineParts> {
  const { records, settings, folder, rooms } = ground;
  const now = Date.now;
  const ports = { openCloud, deviceName: deviceNameOf(navigator.userAgent), now };
  const holder = await DeviceHolder.open(new SealedDeviceStore(records), ports, changed);
  const tasks = new Tasks(changed);
  const proof = new OwnerProof(holder, settings, now, changed);
  const parts = { ...ground, holder, tasks, now };
  const transfers = new Transfers({ ...parts, touched: rooms.touched });
  await transfers.sweep();
  return {
    ...parts,
    transfers,
    account: new Account(holder, settings, server),
    vault: new VaultWatch(holder, changed),
    proof,
    ways: new Ways(holder, proof, new URL(server).hostname),
    backups: new Backups({ ...parts, journal: `${place.database}-journal` }),
    restores: new Restores({ ...parts, folder, onFile: rooms.touched }),
  };
}
