import { toBinary } from '@bufbuild/protobuf';
import { randomBytes } from '@strongroom/core';
import { ready } from '@strongroom/opaque';
import { PADDED_LENGTH } from '@strongroom/protocol';
import { RecordSchema, VaultReplySchema } from '@strongroom/wire/vault';
import { beforeAll, describe, expect, it } from 'vitest';
import { RECORD_SIZE } from '../records/sealed-records.ts';
import { RulesAccount, signMark, signPropose, TestOwner } from '../testing/index.ts';

beforeAll(ready);

const huge = 2n ** 64n - 1n;
const lengthPrefix = 2;

/** An account at which everything is as large as it can be: 8 vaults, all slots, the largest numbers. */
async function fullAccount(): Promise<RulesAccount> {
  const account = new RulesAccount({ vaults: 8 });
  const directory = Object.assign(account.directory, { epoch: huge });
  const live = await account.register('live', { directory });
  account.send(signPropose(account.target, await account.deal('new', { directory, owner: live.owner })));
  account.send(
    signPropose(account.target, await account.deal('other', { directory, owner: new TestOwner() })),
  );
  account.send(signMark(account.target, live, huge, randomBytes(32)));
  account.send(account.newGuess('wrong', live).beginRequest(account.vault.vaultId));
  Object.assign(account.record!, {
    begun: huge,
    opened: huge - 1n,
    failures: 2 ** 32 - 1,
    lastBeginAt: huge,
  });
  return account;
}

describe('the largest there can be', () => {
  it('of a record fits into its one size, so that nobody is locked out by another’s padding', async () => {
    const { record } = await fullAccount();
    expect(record!.lastBegin!.reply.length).toBeGreaterThan(800);
    expect(toBinary(RecordSchema, record!).length).toBeLessThanOrEqual(RECORD_SIZE - lengthPrefix);
  });

  it('of a reply fits into a sealed answer', async () => {
    const account = await fullAccount();
    account.send({ case: 'describe', value: {} });
    const described = toBinary(VaultReplySchema, account.last!.reply).length;
    expect(described).toBeGreaterThan(1216);
    for (const length of [described, account.record!.lastBegin!.reply.length + 10])
      expect(length).toBeLessThanOrEqual(PADDED_LENGTH - lengthPrefix);
  });
});
