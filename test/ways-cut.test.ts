import {
  addKey64,
  addPasskey,
  addPassword,
  changePassword,
  enable,
  removeKey64,
  removePasskey,
  removePassword,
  type Unlocking,
} from '@strongroom/client';
import { Secret } from '@strongroom/core';
import { week } from '@strongroom/vault/testing';
import { describe, expect, test } from 'vitest';
import { password, type Cut } from './kit/rotation-world.ts';
import { codeOf, typedTwice } from './kit/threshold-fleet.ts';
import { byLock, WaysWorld, type Openings } from './kit/ways-world.ts';

type Name = 'password' | 'key' | 'passkey';

interface Change {
  readonly what: string;
  readonly from: readonly Name[];
  readonly act: (world: WaysWorld) => Promise<unknown>;
  readonly to: readonly Name[];
}

const changes: readonly Change[] = [
  {
    what: 'a passkey comes',
    from: ['password'],
    act: ({ inner, passkey }) => addPasskey(inner.phone, passkey, byLock),
    to: ['passkey', 'password'],
  },
  {
    what: 'a passkey goes',
    from: ['password', 'passkey'],
    act: ({ inner, passkey }) => removePasskey(inner.phone, passkey.credentialId, byLock),
    to: ['password'],
  },
  {
    what: 'a password comes',
    from: ['key', 'passkey'],
    act: ({ inner: { phone } }) =>
      // What was cut off after the vaults had it is there already.
      phone.state.backup?.password === true
        ? Promise.resolve()
        : addPassword(phone, typedTwice(password), byLock),
    to: ['key', 'passkey', 'password'],
  },
  {
    what: 'the password goes',
    from: ['password', 'passkey'],
    act: ({ inner }) => removePassword(inner.phone, byLock),
    to: ['passkey'],
  },
  {
    what: 'the 64-digit key comes',
    from: ['passkey', 'password'],
    act: ({ inner }) => addKey64(inner.phone, { ...byLock, keepKey: async () => true }),
    to: ['key', 'passkey', 'password'],
  },
  {
    what: 'the 64-digit key goes',
    from: ['key', 'passkey'],
    act: ({ inner }) => removeKey64(inner.phone, byLock),
    to: ['passkey'],
  },
];

const open = (ways: readonly Name[]): Promise<WaysWorld> =>
  WaysWorld.open({
    password: ways.includes('password'),
    key: ways.includes('key'),
    passkey: ways.includes('passkey'),
  });

const removeIt = ({ inner }: WaysWorld): Promise<void> => removePassword(inner.phone, byLock);
const rotate = (world: WaysWorld): Promise<unknown> => world.rotate();
const turnOn = async ({ inner, passkey }: WaysWorld): Promise<void> => {
  if (inner.phone.state.backup !== undefined) return;
  await enable(inner.phone, {
    cloud: 'memory:',
    password: typedTwice(password),
    keepKey: inner.keep,
    passkeys: [passkey],
  });
};
const fresh = async (): Promise<WaysWorld> => {
  const world = await open(['key']);
  await world.inner.phone.update({ backup: undefined });
  world.inner.fleet.cloud.objects.clear();
  return world;
};

describe('a change of the ways to unlock that is cut off at any moment', () => {
  test.each(changes)(
    'leaves all that opens before and after, offers nothing that does not open, and is finished by the same call: $what',
    async ({ from, act, to }) => {
      for (const cut of await momentsOf(from, act)) {
        const world = await open(from);
        await world.cutOff(cut, act);
        const found = await world.openings();
        const kept = from.filter((way) => to.includes(way));
        expect({ cut, opens: kept.map((way) => found[way]) }).toEqual({ cut, opens: kept.map(() => 'ok') });
        expect({ cut, offered: offeredThat(found, (code) => code !== 'ok') }).toEqual({ cut, offered: [] });
        expect([from.toSorted(), to]).toContainEqual(found.offered);
        await act(world);
        expect({ cut, ...(await world.openings()) }).toEqual({ cut, ...after(to) });
      }
    },
    120_000,
  );

  test('never has the phone call a password gone that still opens', async () => {
    for (const cut of await momentsOf(['password', 'passkey'], removeIt)) {
      const world = await open(['password', 'passkey']);
      await world.cutOff(cut, removeIt);
      const { password: opens } = await world.openings();
      const known = world.inner.phone.requireBackup().password;
      expect({ cut, isHidden: !known && opens === 'ok' }).toEqual({ cut, isHidden: false });
    }
  }, 60_000);
});

describe('a change of the key that asks the passkey, cut off at any moment', () => {
  test('leaves the passkey to open the backup with, and is finished without asking it again', async () => {
    const from: readonly Name[] = ['password', 'passkey'];
    for (const cut of await momentsOf(from, rotate)) {
      const world = await open(from);
      await world.cutOff(cut, rotate);
      expect({ cut, lost: (await world.byPasskey()).content }).toEqual({ cut, lost: 'before' });
      const { droppedPasskeys } = await world.rotate();
      await world.inner.backup('after');
      expect({ cut, droppedPasskeys, ...(await world.byPasskey()) }).toEqual({
        cut,
        droppedPasskeys: 0,
        content: 'after',
        fallback: false,
      });
      expect(await world.inner.byPassword()).toEqual({ content: 'after', fallback: false });
    }
  }, 300_000);
});

describe('turning on with everything at once, cut off at any moment', () => {
  test('leaves it off or on, and the same call turns it on; what it left behind is not taken for the backup', async () => {
    const first = await fresh();
    first.inner.cutPower();
    await turnOn(first);
    for (let cut = 0; cut < first.inner.effects; cut++) {
      const world = await fresh();
      await world.cutOff(cut, turnOn);
      await turnOn(world);
      await world.inner.backup('the first');
      const key = world.inner.phone.backupKey();
      const expected = { content: 'the first', fallback: false };
      expect({ cut, ...(await world.byPasskey()) }).toEqual({ cut, ...expected });
      expect({ cut, ...(await world.inner.byPassword()) }).toEqual({ cut, ...expected });
      expect({ cut, ...(await world.inner.byKey(key)) }).toEqual({ cut, ...expected });
    }
  }, 120_000);
});

describe('the last way', () => {
  test('is not a password that the vaults have locked', async () => {
    const { inner, passkey } = await open(['password', 'passkey']);
    const { clock } = inner.fleet;
    for (let guess = 0; guess < 10; guess++) {
      clock.advance(week);
      const wrong: Unlocking = { way: 'password', password: new Secret(`mint garage ${guess}`) };
      expect(await codeOf(inner.opened(wrong))).toBe('wrong-password');
    }
    const removing = removePasskey(inner.phone, passkey.credentialId, byLock);
    await expect(removing).rejects.toThrow(/no longer opens this backup/);
    await changePassword(inner.phone, typedTwice(password));
    await removePasskey(inner.phone, passkey.credentialId, byLock);
    expect(await inner.byPassword()).toMatchObject({ content: 'before' });
  });

  test('is not a password while the vaults cannot be asked', async () => {
    const { inner, passkey } = await open(['password', 'passkey']);
    inner.fleet.unreachable.add(1);
    expect(await codeOf(removePasskey(inner.phone, passkey.credentialId, byLock))).not.toBe('ok');
    inner.fleet.unreachable.clear();
    expect(await codeOf(removePasskey(inner.phone, passkey.credentialId, byLock))).toBe('ok');
  });
});

async function momentsOf(from: readonly Name[], act: (world: WaysWorld) => Promise<unknown>): Promise<Cut[]> {
  const world = await open(from);
  world.inner.cutPower();
  await act(world);
  expect(world.inner.effects).toBeGreaterThan(1);
  return Array.from({ length: world.inner.effects }, (_, effect) => effect);
}

function offeredThat(openings: Openings, holds: (code: string) => boolean): string[] {
  return openings.offered.filter((way) => holds(openings[way as Name]));
}

// The digits of a key that somebody has open the backup, whether or not they are offered.
function after(to: readonly Name[]): Openings {
  return {
    offered: to,
    password: to.includes('password') ? 'ok' : 'not-registered',
    passkey: to.includes('passkey') ? 'ok' : 'wrong-key',
    key: 'ok',
  };
}
