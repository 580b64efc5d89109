import { status, type Device, type VaultStatus } from '@strongroom/client';
import type { VaultView } from '../contract.ts';
import type { DeviceHolder } from '../device/device-holder.ts';

/** How the password stands at the vaults, as they said last. */
export class VaultWatch {
  readonly #holder: DeviceHolder;
  readonly #changed: () => void;
  #view: VaultView | undefined;

  /** @param changed hears when `view` is another */
  constructor(holder: DeviceHolder, changed: () => void) {
    this.#holder = holder;
    this.#changed = changed;
  }

  get view(): VaultView | undefined {
    return this.#view;
  }

  /** @throws StrongroomError what kept the vaults from being asked */
  async refresh(): Promise<void> {
    const { device } = this.#holder;
    if (device.state.account === undefined || device.state.backup?.password !== true) this.#view = undefined;
    else this.#view = await askVaults(device);
    this.#changed();
  }
}

/** How the account stands at the vaults. Nothing when no password is registered. @throws StrongroomError */
export async function askVaults(device: Device): Promise<VaultView | undefined> {
  const { vault, vaultProblem } = await status(device);
  if (vaultProblem) throw vaultProblem;
  return vault?.registered || vault?.locked ? viewOf(vault) : undefined;
}

function viewOf(status: VaultStatus): VaultView {
  const { guessesLeft, guessLimit, waitUntil, locked, failuresSinceOpening, operators, threshold } = status;
  const { replacement } = status;
  return {
    guessesLeft,
    guessLimit,
    locked,
    failuresSinceOpening,
    operators,
    threshold,
    ...(waitUntil !== null && { waitUntil }),
    ...(replacement && { replacement: { committableAt: replacement.committableAt } }),
  };
}
