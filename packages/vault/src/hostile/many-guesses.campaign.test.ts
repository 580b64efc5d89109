import { create } from '@bufbuild/protobuf';
import { ready } from '@strongroom/opaque';
import { pad, PADDED_LENGTH } from '@strongroom/protocol';
import { PolicySchema } from '@strongroom/wire/vault';
import { beforeAll, expect, test } from 'vitest';
import { campaignSize } from '../../../../tools/campaign.ts';
import { defaultPolicy } from '../rules/policy.ts';
import type { Dealt } from '../testing/deal.ts';
import type { TestDevice } from '../testing/test-device.ts';
import { sealAnything } from './seal.ts';
import { bytesOf, WatchedVaults } from './world.ts';

const guesses = campaignSize({ short: 200, long: 10_000 });
const atOnce = 50;

beforeAll(ready);

test('thousands of guesses, many at a time, are ten guesses: then nothing is left to guess at', async () => {
  const world = await WatchedVaults.open({ policy: create(PolicySchema, { ...defaultPolicy, waits: [] }) });
  const device = world.device();
  const live = await device.register('right');
  const words = new Map<string, number>();
  for (let sent = 0; sent < guesses; sent += atOnce) {
    const batch = Array.from({ length: atOnce }, () => guess(world, device, live));
    for (const word of await Promise.all(batch)) words.set(word, (words.get(word) ?? 0) + 1);
  }
  // Where too many were faster, a request is not answered.
  expect(words.get('answered')! + (words.get('unavailable') ?? 0)).toBe(guesses);
  expect(world.evaluations(1, device.accountId)).toBe(10);
  const record = world.record(1, device.accountId)!;
  expect(record).toMatchObject({ begun: 10n, opened: 0n });
  expect(record.live!.credential!.keyShare).toHaveLength(0);
}, 600_000);

async function guess(world: WatchedVaults, device: TestDevice, live: Dealt): Promise<string> {
  const { vaultId, hpkePublicKey } = device.vault(1);
  const { tenant, accountId } = device;
  const plaintext = pad(bytesOf(device.newGuess('wrong', live).beginRequest(vaultId)), PADDED_LENGTH);
  const sealed = sealAnything({ vaultId, hpkePublicKey, tenant, accountId }, plaintext);
  const served = await world.serve(1, accountId, sealed);
  return typeof served === 'string' ? served : 'answered';
}
