import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { create } from '@bufbuild/protobuf';
import { createClient, createRouterTransport, type Client } from '@connectrpc/connect';
import { randomBytes, toHex, type Bytes, type StrongroomError } from '@strongroom/core';
import { fromRpcError, sessionSigned, signingKeyFromSeed, type SigningKey } from '@strongroom/protocol';
import { FrontDoorService, type FinishSignInResponse, type Session } from '@strongroom/wire/front-door';
import {
  ServeResponseSchema,
  SignedDirectorySchema,
  VaultEvent,
  type ServeRequest,
  type SignedDirectory,
} from '@strongroom/wire/vault';
import type { CodeSender } from './code-sender.ts';
import { openFrontDoorDatabase } from './database.ts';
import { FrontDoor } from './front-door.ts';
import type { VaultConnection } from './relay.ts';

/** A device that signed in. */
export interface TestDevice extends FinishSignInResponse {
  readonly key: SigningKey;
}

/** A front door on a database of its own, with a client, a vault that answers what it is told to, and all that was logged. */
export class TestFrontDoor {
  readonly vaultId: Bytes = randomBytes(16);
  /** Two more, which answer the same. */
  readonly otherVaults: readonly Bytes[] = [randomBytes(16), randomBytes(16)];
  readonly directory: SignedDirectory = create(SignedDirectorySchema, { directory: randomBytes(40) });
  /** What was sent to phones, the newest last. */
  readonly codes: { readonly phone: string; readonly code: string }[] = [];
  readonly logged: string[] = [];
  /** What reached the vault. */
  readonly served: ServeRequest[] = [];
  answer: VaultConnection = async () =>
    create(ServeResponseSchema, { sealedAnswer: new Uint8Array([4, 2]), event: VaultEvent.UNSPECIFIED });
  send: CodeSender = async (phone, code) => void this.codes.push({ phone, code });
  time: number = Date.UTC(2030, 0, 1);
  readonly tokenKey: SigningKey;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'front-door-'));
  database: DatabaseSync;
  /** Tended by nobody but the test. */
  frontDoor: FrontDoor;
  client: Client<typeof FrontDoorService>;

  private constructor(tokenKey: SigningKey) {
    this.tokenKey = tokenKey;
    this.database = openFrontDoorDatabase(this.path);
    [this.frontDoor, this.client] = this.start();
  }

  static async open(): Promise<TestFrontDoor> {
    return new TestFrontDoor(await signingKeyFromSeed(randomBytes(32)));
  }

  get path(): string {
    return join(this.#folder, 'front-door.db');
  }

  /** Starts another process over the same database. */
  restart(): void {
    this.database.close();
    this.database = openFrontDoorDatabase(this.path);
    [this.frontDoor, this.client] = this.start();
  }

  close(): void {
    this.database.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** Signs a device in with the code that was sent. */
  async signIn(phone: string, name = 'a phone'): Promise<TestDevice> {
    const key = await signingKeyFromSeed(randomBytes(32));
    await this.client.startSignIn({ phone });
    const { code } = this.codes.at(-1)!;
    const request = { phone, code, devicePublicKey: key.publicKey, deviceName: name };
    return { ...(await this.client.finishSignIn(request)), key };
  }

  /** A new session by the device's key, over the challenge it gets. */
  async renew({ deviceId, key }: Pick<TestDevice, 'deviceId' | 'key'>): Promise<Session> {
    const { challenge } = await this.client.startSession({ deviceId });
    const signature = await key.sign(sessionSigned(deviceId, challenge));
    return (await this.client.finishSession({ deviceId, challenge, signature })).session!;
  }

  /** Headers of a device's calls. */
  as({ session }: Pick<TestDevice, 'session'>): { readonly headers: HeadersInit } {
    return { headers: { authorization: `Bearer ${session!.token}` } };
  }

  /** Has a vault tell of an event when a device asks it something. */
  async tell(
    device: Pick<TestDevice, 'session'>,
    event: VaultEvent,
    { vaultId = this.vaultId, eventId = randomBytes(16) }: { vaultId?: Bytes; eventId?: Bytes } = {},
  ): Promise<void> {
    const { answer } = this;
    this.answer = async () => create(ServeResponseSchema, { sealedAnswer: randomBytes(2), event, eventId });
    await this.relay(device.session!.token, randomBytes(10), vaultId);
    this.answer = answer;
  }

  async relay(token: string | undefined, sealedRequest: Uint8Array, vaultId = this.vaultId): Promise<string> {
    const headers: HeadersInit = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const { sealedAnswer } = await this.client.relay({ vaultId, sealedRequest }, { headers });
    return toHex(sealedAnswer);
  }

  /** Another front door, over this database or another connection to it. */
  start(database: DatabaseSync = this.database): [FrontDoor, Client<typeof FrontDoorService>] {
    const log = (fields: object, message: string): void => void this.logged.push(printed(fields, message));
    const connection: VaultConnection = (request) => {
      this.served.push(request);
      return this.answer(request);
    };
    const frontDoor = new FrontDoor({
      database,
      send: (phone, code) => this.send(phone, code),
      tenant: 'acme',
      tokenKey: this.tokenKey,
      directory: this.directory,
      vaults: new Map([this.vaultId, ...this.otherVaults].map((id) => [toHex(id), connection])),
      log: { info: log, error: log },
      now: () => this.time,
    });
    return [frontDoor, createClient(FrontDoorService, createRouterTransport(frontDoor.routes))];
  }
}

/** The typed error that a call ends with. */
export async function errorOf(call: Promise<unknown>): Promise<StrongroomError> {
  try {
    await call;
  } catch (error) {
    return fromRpcError(error, 'the test');
  }
  throw new Error('the call was answered');
}

// As a logger prints errors: with text, stack and causes.
function printed(fields: object, message: string): string {
  const errors = Object.values(fields).filter((value) => value instanceof Error);
  const causes = errors.flatMap((error) =>
    [error, error.cause].map((one) => (one as Error | undefined)?.stack),
  );
  return JSON.stringify([fields, message, causes], (_, value: unknown) =>
    value instanceof Uint8Array ? toHex(value) : value,
  );
}
