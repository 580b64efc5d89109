import { useState } from 'react';
import { StrongroomError } from '@strongroom/core';
import type { Engine, WaysView } from '../../../engine/contract.ts';
import { askPasskey } from '../../../passkey/ask-passkey.ts';
import { useEngine, useEngineState } from '../../../shell/engine.ts';
import { digitsOf, isWhole, noGroups } from '../../key/key-text.ts';

/** A way to show that one can open the backup again. */
export type ProvingWay = 'password' | 'key' | 'passkey';

/** Showing that one can open the backup again, before what is here is deleted. */
export interface Proving {
  /** Those that the backup has; none: nothing has to be shown. */
  readonly ways: readonly ProvingWay[];
  readonly way: ProvingWay | undefined;
  readonly choose: (way: ProvingWay) => void;
  readonly password: string;
  readonly setPassword: (text: string) => void;
  readonly groups: readonly string[];
  readonly setGroups: (groups: readonly string[]) => void;
  /** Something was typed that may be right. */
  readonly ready: boolean;
  /** Throws when it was wrong. */
  readonly prove: () => Promise<void>;
}

/** What is typed, and whether it opens the backup. */
export function useProving(): Proving {
  const engine = useEngine();
  const backup = useEngineState('backup');
  const ways = backup.on ? waysIn(backup.ways) : [];
  const [chosen, choose] = useState<ProvingWay>();
  const [password, setPassword] = useState('');
  const [groups, setGroups] = useState(noGroups);
  const way = chosen ?? ways[0];
  const prove = async (): Promise<void> => {
    if (way === 'password') await engine.checkPassword(password);
    if (way === 'key') await engine.prove({ way, digits: digitsOf(groups) });
    if (way === 'passkey') await proveByPasskey(engine);
  };
  const isTyped = { password: password !== '', key: isWhole(groups), passkey: true };
  const ready = way === undefined || isTyped[way];
  return { ways, way, choose, password, setPassword, groups, setGroups, ready, prove };
}

function waysIn({ password, key64, passkeys }: WaysView): ProvingWay[] {
  return [
    ...(password ? (['password'] as const) : []),
    ...(key64 === 'kept' ? (['key'] as const) : []),
    ...(passkeys.length > 0 ? (['passkey'] as const) : []),
  ];
}

async function proveByPasskey(engine: Engine): Promise<void> {
  const found = await engine.findBackup();
  const outcome = await askPasskey(found?.passkeys ?? []);
  if (!outcome.ok) throw new StrongroomError('cancelled', {});
  await engine.prove({ way: 'passkey', passkey: outcome.value });
}
