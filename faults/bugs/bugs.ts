import type { Bytes } from '@strongroom/core';
import type { Hsm, RecordStore, Vault } from '@strongroom/vault';
import { ForgetfulStore } from '@strongroom/vault/testing';
import { blindWrites } from './blind-writes.ts';
import { countAfterEvaluating } from './count-after-evaluating.ts';
import { replyBeforeCommit } from './reply-before-commit.ts';
import { resurrectErased } from './resurrect-erased.ts';

/** What a bug may be made with. */
export interface BugParts {
  readonly hsm: () => Hsm;
  /** 16 bytes. */
  readonly vaultId: Bytes;
}

/** A bug as it is put into a node: round its store, or round what serves requests. */
export interface Bug {
  readonly store?: (store: RecordStore) => RecordStore;
  readonly serve?: (serve: Vault['serve']) => Vault['serve'];
}

/** The bugs that can be put in on purpose, by name. */
export const bugs: Readonly<Record<string, (parts: BugParts) => Bug>> = {
  'count-after-evaluating': () => ({ serve: countAfterEvaluating }),
  'retry-counted-guess': ({ hsm, vaultId }) => ({
    store: (store) => new ForgetfulStore(store, hsm(), vaultId),
  }),
  'reply-before-commit': () => ({ serve: replyBeforeCommit }),
  'resurrect-erased': () => ({ store: resurrectErased }),
  'blind-writes': () => ({ store: blindWrites }),
};
