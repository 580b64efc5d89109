import { create } from '@bufbuild/protobuf';
import { randomBytes, StrongroomError, toHex, type Bytes } from '@strongroom/core';
import { issueAccountToken, signingKeyFromSeed, type SigningKey } from '@strongroom/protocol';
import {
  DirectorySchema,
  ServeRequestSchema,
  VaultEvent,
  type Directory,
  type Policy,
  type ServeRequest,
  type ServeResponse,
} from '@strongroom/wire/vault';
import type { Hsm } from '../hsm/hsm.ts';
import { MemoryStore } from '../records/memory-store.ts';
import type { RecordStore } from '../records/record-store.ts';
import { defaultPolicy } from '../rules/policy.ts';
import { Vault } from '../vault.ts';
import { TestClock } from './clock.ts';
import { memoryHsm } from './memory-hsm.ts';

/** Carries a sealed request to a vault and its sealed answer back, as a front door does for one account. */
export type TestRelay = (vaultId: Uint8Array, sealedRequest: Uint8Array) => Promise<Bytes>;

/** What vaults in one process are made of; what is missing gets a default. */
export interface TestVaultsOptions {
  /** How many; 1. */
  readonly vaults?: number;
  /** More than half of them. */
  readonly threshold?: number;
  readonly policy?: Policy;
  readonly beginCap?: number;
  readonly tenant?: string;
  readonly clock?: TestClock;
  /** The store of the vault with this index, 1 to n; in memory. */
  readonly store?: (index: number) => RecordStore;
  /** The HSM of the vault with this index; a software one in memory. */
  readonly hsm?: (index: number) => Hsm;
}

interface Node {
  readonly index: number;
  readonly store: RecordStore;
  readonly hsm: Hsm;
  vault: Vault;
}

/** Vaults in one process: memory stores, software HSMs, one clock, and the front door's key. */
export class TestVaults {
  readonly tenant: string;
  readonly clock: TestClock;
  readonly directory: Directory;
  /** Signs account tokens. */
  readonly tokenKey: SigningKey;
  /** What the front door learnt, in order. */
  readonly events: VaultEvent[] = [];
  /** Indexes of vaults that cannot be reached. */
  readonly unreachable: Set<number> = new Set();
  readonly #options: TestVaultsOptions;
  readonly #nodes: readonly Node[];

  private constructor(
    options: TestVaultsOptions,
    tokenKey: SigningKey,
    clock: TestClock,
    nodes: readonly Node[],
  ) {
    const threshold = options.threshold ?? Math.floor(nodes.length / 2) + 1;
    this.tenant = options.tenant ?? 'acme';
    this.clock = clock;
    this.tokenKey = tokenKey;
    this.#options = options;
    this.#nodes = nodes;
    const vaults = nodes.map(({ vault, index }) => vault.describe(index, `operator ${index}`));
    this.directory = create(DirectorySchema, { epoch: 1n, threshold, vaults });
  }

  static async open(options: TestVaultsOptions = {}): Promise<TestVaults> {
    const { clock = new TestClock(), vaults: n = 1, store = (): RecordStore => new MemoryStore() } = options;
    const tokenKey = await signingKeyFromSeed(randomBytes(32));
    const nodes = Array.from({ length: n }, async (_, i) => {
      const parts = { index: i + 1, store: store(i + 1), hsm: options.hsm?.(i + 1) ?? memoryHsm() };
      return { ...parts, vault: await openVault(parts, options, tokenKey, clock) };
    });
    return new TestVaults(options, tokenKey, clock, await Promise.all(nodes));
  }

  /** The vault with an index, 1 to n. */
  vault(index: number): Vault {
    return this.#node(index).vault;
  }

  /** Another process of the vault with an index, over the same records: beside the first, or after it died. */
  openAgain(index: number, options: Partial<TestVaultsOptions> = {}): Promise<Vault> {
    return openVault(this.#node(index), { ...this.#options, ...options }, this.tokenKey, this.clock);
  }

  /** Lets the vault with an index die, and starts it again over the same records. */
  async restart(index: number, options: Partial<TestVaultsOptions> = {}): Promise<void> {
    this.#node(index).vault = await this.openAgain(index, options);
  }

  /** A relay for an account's devices. @throws StrongroomError `offline` for a vault that cannot be reached */
  relay(accountId: Bytes): TestRelay {
    return async (vaultId, sealedRequest) => {
      const { index, vault } = this.#nodes.find(
        (node) => toHex(node.vault.describe(node.index, '').vaultId) === toHex(vaultId),
      )!;
      if (this.unreachable.has(index)) throw new StrongroomError('offline', { server: `vault ${index}` });
      const { sealedAnswer, event } = await vault.serve(
        await this.serveRequest(accountId, vaultId, sealedRequest),
      );
      if (event !== VaultEvent.UNSPECIFIED) this.events.push(event);
      return new Uint8Array(sealedAnswer);
    };
  }

  /** What the front door says to a vault. */
  async serveRequest(
    accountId: Uint8Array,
    vaultId: Uint8Array,
    sealedRequest: Uint8Array,
  ): Promise<ServeRequest> {
    const { tenant, tokenKey, clock } = this;
    const fields = { tenant, accountId, vaultId, sealedRequest, now: clock.now() };
    return create(ServeRequestSchema, { token: await issueAccountToken(tokenKey, fields), sealedRequest });
  }

  /** How a front door reaches the vaults: by vaultId in hex. */
  connections(): ReadonlyMap<string, (request: ServeRequest) => Promise<ServeResponse>> {
    const entries = this.#nodes.map((node) => {
      const { vaultId } = node.vault.describe(node.index, '');
      return [toHex(vaultId), (request: ServeRequest) => node.vault.serve(request)] as const;
    });
    return new Map(entries);
  }

  #node(index: number): Node {
    return this.#nodes[index - 1]!;
  }
}

function openVault(
  { store, hsm }: { store: RecordStore; hsm: Hsm },
  { tenant = 'acme', policy = defaultPolicy, beginCap }: TestVaultsOptions,
  tokenKey: SigningKey,
  clock: TestClock,
): Promise<Vault> {
  return Vault.open({
    store,
    hsm,
    policy,
    frontDoors: new Map([[tenant, [tokenKey.publicKey]]]),
    now: clock.now,
    ...(beginCap !== undefined && { beginCap }),
  });
}
