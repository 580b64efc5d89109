import { create } from '@bufbuild/protobuf';
import { ready } from '@strongroom/opaque';
import { PolicySchema, VaultEvent, type Policy } from '@strongroom/wire/vault';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { RulesAccount, signCommit, signPropose } from '../testing/index.ts';
import { defaultPolicy, stricterPolicy, waitAfter } from './policy.ts';

beforeAll(ready);

const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    guessLimit: fc.integer({ min: 1, max: 20 }),
    waits: fc.array(fc.bigInt(0n, 1000n), { maxLength: 6 }),
    failureLimit: fc.integer({ min: 1, max: 200 }),
    replacementDelay: fc.bigInt(0n, 1000n),
  })
  .map((policy) => create(PolicySchema, policy));

function isAtLeastAsStrict(a: Policy, b: Policy): boolean {
  const rows = Array.from({ length: 25 }, (_, i) => BigInt(i));
  return (
    a.guessLimit <= b.guessLimit &&
    a.failureLimit <= b.failureLimit &&
    a.replacementDelay >= b.replacementDelay &&
    rows.every((row) => waitAfter(a, row) >= waitAfter(b, row))
  );
}

describe('the stricter of two policies', () => {
  it('is as strict as both, in each of their figures', () => {
    fc.assert(
      fc.property(anyPolicy, anyPolicy, (a, b) => {
        const stricter = stricterPolicy(a, b);
        expect([isAtLeastAsStrict(stricter, a), isAtLeastAsStrict(stricter, b)]).toEqual([true, true]);
      }),
    );
  });

  it('is one of them when they are the same, or there is one', () => {
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        expect(stricterPolicy(policy, policy)).toEqual(policy);
        expect(stricterPolicy(undefined, policy)).toEqual(policy);
      }),
    );
  });
});

describe('waits', () => {
  it('are those of the design, and the last one stands for all after it', () => {
    const minutes = Array.from({ length: 13 }, (_, row) =>
      Number(waitAfter(defaultPolicy, BigInt(row)) / 60_000n),
    );
    expect(minutes).toEqual([0, 0, 0, 0, 0, 1, 30, 360, 1440, 2880, 2880, 2880, 2880]);
  });
});

describe('a record', () => {
  const strict = { ...defaultPolicy, guessLimit: 3, failureLimit: 5, waits: [1000n] };

  it('keeps the policy it was made under when the vault’s becomes laxer', async () => {
    const account = new RulesAccount({ policy: strict });
    const live = await account.register('right');
    account.policy = defaultPolicy;
    account.fail(3, live);
    expect(account.try('right', live)).toBe('locked');
  });

  it('gets a stricter one with its next guess', async () => {
    const account = new RulesAccount();
    const live = await account.register('right');
    account.fail(1, live);
    account.policy = strict;
    expect(account.describe().guessesLeft).toBe(2);
    account.fail(1, live);
    account.policy = defaultPolicy;
    account.fail(1, live);
    expect(account.try('right', live)).toBe('locked');
  });

  it('that a stricter policy finds over its limit is erased at the next guess, uncounted', async () => {
    const account = new RulesAccount();
    const live = await account.register('right');
    account.fail(4, live);
    account.policy = strict;
    expect(account.describe()).toMatchObject({ locked: true, slots: [{ exhausted: false }] });
    expect(account.try('right', live)).toBe('locked');
    expect(account.event).toBe(VaultEvent.LAST_GUESS_COUNTED);
    expect(account.record).toMatchObject({ begun: 4n, failures: 4 });
    expect(account.record!.live!.credential!.keyShare).toHaveLength(0);
    account.policy = defaultPolicy;
    expect(account.try('right', live)).toBe('locked');
    expect(account.event).toBe(VaultEvent.UNSPECIFIED);
  });

  it('does not shorten a replacement’s delay that has begun', async () => {
    const account = new RulesAccount();
    await account.register('right');
    const mine = await account.deal('mine');
    account.send(signPropose(account.target, mine));
    account.policy = { ...defaultPolicy, replacementDelay: 1n };
    account.clock.advance(1000);
    expect(account.send(signCommit(account.target, mine))).toMatchObject({ value: { code: 'contested' } });
  });
});
