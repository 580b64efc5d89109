import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { randomBytes } from '@strongroom/core';
import { VaultReplySchema, VaultRequestSchema } from '@strongroom/wire/vault';
import { beforeAll, describe, expect, it } from 'vitest';
import { sealQuickly, type QuickCall } from './quick-channel.ts';
import { TestVaults } from './test-vaults.ts';

let vaults: TestVaults;
beforeAll(async () => {
  vaults = await TestVaults.open();
});

const accountId = randomBytes(16);

function sealDescribe(): QuickCall {
  const { hpkePublicKey, vaultId } = vaults.directory.vaults[0]!;
  const request = create(VaultRequestSchema, { request: { case: 'describe', value: {} } });
  return sealQuickly({
    hpkePublicKey,
    keyId: new Uint8Array(),
    vaultId,
    tenant: vaults.tenant,
    accountId,
    plaintext: toBinary(VaultRequestSchema, request),
  });
}

describe('a quickly sealed request', () => {
  it('is opened and answered by a vault like any other', async () => {
    const { sealedRequest, openAnswer } = sealDescribe();
    const answer = await vaults.relay(accountId)(vaults.directory.vaults[0]!.vaultId, sealedRequest);
    expect(fromBinary(VaultReplySchema, openAnswer(answer)).reply).toMatchObject({
      case: 'described',
      value: { guessesLeft: 10 },
    });
    expect(() => sealDescribe().openAnswer(answer)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});
