import { VaultEvent } from '@strongroom/wire/vault';
import { toHex } from '@strongroom/core';
import { expect, it } from 'vitest';
import { newDevice } from '../testing/test-device.ts';
import { TestVaults } from '../testing/test-vaults.ts';

it('a front door that lost the answer to a guess learns of it when the guess is repeated, as of the same one', async () => {
  const vaults = await TestVaults.open();
  const device = newDevice(vaults);
  const live = await device.register('right');
  const { vaultId } = device.vault(1);
  const told: string[] = [];
  const relayed = newDevice(
    {
      directory: vaults.directory,
      tenant: vaults.tenant,
      relay: (accountId) => async (to, sealed) => {
        const { sealedAnswer, event, eventId } = await vaults
          .vault(1)
          .serve(await vaults.serveRequest(accountId, to, sealed));
        if (event !== VaultEvent.UNSPECIFIED) told.push(`${VaultEvent[event]} ${toHex(eventId)}`);
        return new Uint8Array(sealedAnswer);
      },
    },
    device.accountId,
  );
  const guess = relayed.newGuess('wrong', live).beginRequest(vaultId);
  // The client seals anew each time: the front door could not know that it is the same guess.
  await relayed.send(1, guess);
  await vaults.restart(1);
  await relayed.send(1, guess);
  await relayed.open('another one', live);
  expect(told).toHaveLength(3);
  expect(told[0]).toMatch(/^GUESS_COUNTED [0-9a-f]{32}$/);
  expect(told[1]).toBe(told[0]);
  expect(told[2]).not.toBe(told[0]);
});
