import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { create, toBinary, toJsonString, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import { fromUtf8, toHex, utf8, type Bytes } from '@strongroom/core';
import { signingKeyFromSeed } from '@strongroom/protocol';
import {
  FinishSessionRequestSchema,
  FinishSignInRequestSchema,
  GetDirectoryRequestSchema,
  RelayRequestSchema,
  StartSessionRequestSchema,
  StartSignInRequestSchema,
} from '@strongroom/wire/front-door';
import { ServeResponseSchema, SignedDirectorySchema } from '@strongroom/wire/vault';
import { mutateMessage } from '../../../../tools/fuzz/mutate-message.ts';
import { mutate } from '../../../../tools/fuzz/mutate.ts';
import { decoding, must, type FuzzTarget, type Outcome } from '../../../../tools/fuzz/target.ts';
import { openFrontDoorDatabase } from '../database.ts';
import { FrontDoor } from '../front-door.ts';
import { serveFrontDoor } from '../serve-front-door.ts';
import { Devices } from '../devices/devices.ts';
import { SecurityEvents } from '../events/security-events.ts';
import { Sessions } from '../sessions.ts';
import { SignIn } from '../sign-in.ts';

const fixed = (length: number, byte: number): Bytes => new Uint8Array(length).fill(byte);
const phone = '+491701234567';
const vaultId = fixed(16, 1);

/** A front door that listens, with a device that is signed in; and all that failed inside. */
interface World {
  readonly url: string;
  readonly database: DatabaseSync;
  readonly token: string;
  readonly failed: unknown[];
}

async function open(): Promise<World> {
  const database = openDatabase();
  const failed: unknown[] = [];
  const answer = create(ServeResponseSchema, { sealedAnswer: fixed(4144, 2), event: 1 });
  const frontDoor = new FrontDoor({
    database,
    send: async () => undefined,
    tenant: 'acme',
    tokenKey: await signingKeyFromSeed(fixed(32, 7)),
    directory: create(SignedDirectorySchema, { directory: fixed(40, 1) }),
    vaults: new Map([[toHex(vaultId), async () => answer]]),
    log: { info: () => undefined, error: (fields) => void failed.push(fields) },
  });
  const { url } = await serveFrontDoor(frontDoor, { host: '127.0.0.1', port: 0 });
  return { url, database, token: sessionOf(database), failed };
}

// The process is ended from outside, so the folder goes at once; what is open stays usable.
function openDatabase(): DatabaseSync {
  const folder = mkdtempSync(join(tmpdir(), 'front-door-fuzz-'));
  try {
    return openFrontDoorDatabase(join(folder, 'front-door.db'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sessionOf(database: DatabaseSync): string {
  const codes: string[] = [];
  const now = Date.now;
  const devices = new Devices(database, new SecurityEvents(database, now, () => {}), now);
  const signIn = new SignIn({
    database,
    send: async (_, code) => void codes.push(code),
    register: (accountId, device) => devices.register(accountId, device),
    now,
  });
  void signIn.start(phone);
  const { deviceId } = signIn.finish(phone, codes[0]!, { publicKey: fixed(32, 1), name: 'a phone' });
  return new Sessions(database, Date.now).open(deviceId).token;
}

/** A request of one of the service's methods, as bytes and as JSON. */
interface Sound {
  readonly method: string;
  readonly bytes: Bytes;
  readonly json: string;
}

function sound<S extends DescMessage>(method: string, schema: S, message: MessageShape<S>): Sound {
  return { method, bytes: new Uint8Array(toBinary(schema, message)), json: toJsonString(schema, message) };
}

const id = fixed(16, 3);
const requests: readonly Sound[] = [
  sound('StartSignIn', StartSignInRequestSchema, create(StartSignInRequestSchema, { phone })),
  sound(
    'FinishSignIn',
    FinishSignInRequestSchema,
    create(FinishSignInRequestSchema, {
      phone,
      code: '123456',
      devicePublicKey: fixed(32, 4),
      deviceName: 'a phone',
    }),
  ),
  sound('StartSession', StartSessionRequestSchema, create(StartSessionRequestSchema, { deviceId: id })),
  sound(
    'FinishSession',
    FinishSessionRequestSchema,
    create(FinishSessionRequestSchema, {
      deviceId: id,
      challenge: fixed(32, 5),
      signature: fixed(64, 6),
    }),
  ),
  sound('GetDirectory', GetDirectoryRequestSchema, create(GetDirectoryRequestSchema, { epoch: 3n })),
  sound('Relay', RelayRequestSchema, create(RelayRequestSchema, { vaultId, sealedRequest: fixed(5238, 8) })),
];

/** Any request to any method, by a device that is signed in, over HTTP. */
export async function deviceRequests(): Promise<FuzzTarget> {
  const { url, database, token, failed } = await open();
  const all = requests.map(({ bytes }) => bytes);
  const count = (table: string): number =>
    (database.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
  return {
    name: 'a request of a device',
    share: 3,
    async run(rng): Promise<Outcome> {
      const { method, bytes, json } = rng.pick(requests);
      const isJson = rng.oneIn(4);
      const body = isJson ? mutate(rng, [utf8(json)]) : mutateMessage(rng, rng.oneIn(4) ? all : [bytes]);
      const response = await fetch(`${url}/strongroom.v1.FrontDoorService/${method}`, {
        method: 'POST',
        headers: {
          'content-type': isJson ? 'application/json' : 'application/proto',
          authorization: `Bearer ${token}`,
        },
        body,
      });
      const answer = await response.text();
      must(failed.length === 0, `it never fails inside: ${JSON.stringify(failed)}`);
      // Connect's own word for what is no message of Protocol Buffers.
      const isUnread = answer.startsWith('{"code":"internal","message":"parse binary: ');
      must(response.status < 500 || isUnread, `it is answered or refused: ${answer.slice(0, 200)}`);
      must(count('account') === 1 && count('device') === 1, 'nobody signs in without a code');
      return response.ok ? 'accepted' : 'refused';
    },
  };
}

/** What stands in the header `authorization`. */
export async function sessionTokens(): Promise<FuzzTarget> {
  const database = openDatabase();
  const token = sessionOf(database);
  const sessions = new Sessions(database, Date.now);
  const header = `Bearer ${token}`;
  return {
    name: 'a session token',
    share: 20,
    run(rng) {
      const text = textOf(mutate(rng, [utf8(header)]));
      return decoding(
        () => sessions.authenticate(text),
        () => must(text === header, 'no other token is taken'),
        { codes: ['signed-out'], secrets: [utf8(token)] },
      );
    },
  };
}

function textOf(bytes: Bytes): string {
  try {
    return fromUtf8(bytes);
  } catch {
    return String.fromCharCode(...bytes);
  }
}
