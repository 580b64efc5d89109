import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fromBinary } from '@bufbuild/protobuf';
import { fromHex } from '@strongroom/core';
import { RelayRequestSchema, RelayResponseSchema } from '@strongroom/wire/front-door';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Evidence, type Piece } from './kit/witness-evidence.ts';
import { startRecorded } from './kit/witness-process.ts';
import { openRecordingProxy } from './kit/witness-proxy.ts';
import { insider, typist, WitnessedRun } from './kit/witness-run.ts';
import { formsOf, Search, type Needle } from './kit/witness-search.ts';
import {
  chatNeedles,
  credentialsOf,
  derivedNeedles,
  insideNeedles,
  keyNeedles,
  passwordNeedles,
  vaultNeedles,
} from './kit/witness-secrets.ts';
import { sessionNeedles } from './kit/witness-session.ts';

let root: string;
let run: WitnessedRun;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'strongroom-witnesses-'));
  run = new WitnessedRun(root);
  await run.start();
  await run.fromInside(insider);
  await run.byCommands(typist);
  await run.stop();
}, 180_000);

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

// The one line that the operator is meant to see.
const codeLine = /^Code for \+\d+: \d{6}$/gm;
const log = (): string =>
  run.evidence
    .of('log')
    .map(({ bytes }) => bytes.toString())
    .join('');

/** What none of the witnesses may have seen, by what it is. */
const secrets: Readonly<Record<string, () => Needle[] | Promise<Needle[]>>> = {
  'the passwords, right or wrong': () =>
    [insider, typist].flatMap(({ passwords }) =>
      Object.entries(passwords).flatMap(([name, password]) => passwordNeedles(name, password)),
    ),
  'the backup key or its 64 digits': () => keys().flatMap(keyNeedles),
  'a key derived from the backup key': () => keys().flatMap((key) => derivedNeedles(key, objects())),
  'what a device drew, OPRF outputs, and what OPAQUE derives of them': () =>
    insideNeedles(
      run.inside,
      run.vaults[0]!,
      run.vaults.flatMap(({ records }) => records.flatMap(credentialsOf)),
    ),
  'the keys of a session with the vault': () => {
    const { tenant, accountId } = run.states[0]!.account!;
    const { first } = insider.passwords;
    return run.vaults.flatMap((vault) =>
      sessionNeedles(run.inside, vault, { tenant, accountId, password: first }),
    );
  },
  'a field of a record of the vault, or a key of its own': () => run.vaults.flatMap(vaultNeedles),
  'what a device signs with': () =>
    run.states.map(({ account }) => ({ name: 'a device key', value: fromHex(account!.deviceKeySeed) })),
  'texts, names and contents of the chats': () => chatNeedles(run.chats),
  'a session’s token, but on the wire': () =>
    tokens().flatMap((value) =>
      [value, fromHex(value)].map((form) => ({ name: 'a token', value: form, allowed: onTheWire })),
    ),
  'an account’s id, but at the front door and in the cloud': () =>
    run.states.map(({ account }) => ({
      name: 'an account',
      value: fromHex(account!.accountId),
      allowed: knowsAccounts,
    })),
  'a phone number, but at the sign-in': () =>
    [insider, typist].map(({ phone }) => ({ name: 'a phone number', value: phone, allowed: knowsPhones })),
};

describe('no witness of a whole run saw', () => {
  test.each(Object.entries(secrets))('%s', async (_, needles) => {
    const all = unique(await needles());
    expect(all.length).toBeGreaterThan(1);
    expect(new Search(all).in(withoutCodes(run.evidence.pieces))).toEqual([]);
  });
});

describe('the witnesses and the search are awake:', () => {
  test('what they may see is found', () => {
    const needles = [typist.phone, tokens()[0]!, fromHex(run.states[0]!.account!.accountId)];
    const found = new Search(needles.map((value, i) => ({ name: `${i}`, value }))).in(run.evidence.pieces);
    const at = (name: string): string =>
      found
        .filter((find) => find.name === name)
        .map(({ where }) => where)
        .join('\n');
    expect(at('0')).toMatch(/^wire: .*StartSignIn, body$/m);
    expect(at('0')).toMatch(/^stored: front-door\.db/m);
    expect(at('0')).toMatch(/^log: server$/m);
    expect(at('0')).toMatch(/^arguments: sign-in$/m);
    expect(at('1')).toMatch(/^wire: .*Relay, head$/m);
    expect(at('2')).toMatch(/^wire: .*FinishSignIn, answer$/m);
    expect(at('2')).toMatch(/^stored: names$/m);
    expect(run.evidence.of('terminal', /restore/).map(String).length).toBeGreaterThan(2);
  });

  test('the key check is found where it belongs, in the descriptor and before snapshots', () => {
    const checks = keys().map((key) => ({ ...derivedNeedles(key, [])[0]!, allowed: () => false }));
    const places = new Search(checks).in(run.evidence.pieces).map(({ where }) => where);
    expect(places.length).toBeGreaterThanOrEqual(2 * keys().length);
    for (const place of places)
      expect(place).toMatch(/^(stored: cloud|wire: PUT|wire: GET).*\/(descriptor|snapshots\/)/);
  });

  test('a needle is found in every form, at every place in a piece', () => {
    const value = 'a nëedle & "thread"';
    for (const [form, bytes] of formsOf(value)) {
      for (const [before, after] of [
        ['', ''],
        ['abc', 'abc'],
        ['x', ''],
      ] as const) {
        const piece: Piece = {
          witness: 'log',
          label: form,
          bytes: Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]),
        };
        expect(new Search([{ name: 'needle', value }]).in([piece]).map((find) => find.form)).toContain(form);
        expect(new Search([{ name: 'needle', value: `${value}!` }]).in([piece])).toEqual([]);
      }
    }
    const inside = Buffer.from(JSON.stringify({ data: Buffer.from(`..${value}..`).toString('base64') }));
    const piece: Piece = { witness: 'wire', label: 'base64 of more than it', bytes: inside };
    expect(new Search([{ name: 'needle', value }]).in([piece])).toHaveLength(1);
  });

  test('what is planted with each recorder is found', async () => {
    const needle: Needle = { name: 'needle', value: 'needle-in-a-haystack' };
    const value = String(needle.value);
    const evidence = new Evidence();
    const echo = createServer((request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'x-said': value });
      response.end(gzipSync(`${value} and ${value}`));
    });
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const proxy = await openRecordingProxy(
      `http://127.0.0.1:${(echo.address() as AddressInfo).port}`,
      evidence,
    );
    await (
      await fetch(`${proxy.url}/?q=${value}`, { method: 'POST', body: value, headers: { 'x-asked': value } })
    ).text();
    await proxy.close();
    echo.close();
    const folder = await mkdtemp(join(root, 'planted-'));
    await writeFile(join(folder, value), `${'.'.repeat(70_000)}${value}`);
    await evidence.addFolder(folder);
    const program = startRecorded([
      '-e',
      `console.log('${value}\\n'); console.error('${value}'); setInterval(() => {}, 1000)`,
    ]);
    await program.firstLine();
    await program.stop();
    evidence.add('log', 'server', program.output());
    const planted = new WitnessedRun(root);
    await planted.command('nobody', ['status', `--${value}`], { expect: 2 }).catch(() => undefined);
    evidence.pieces.push(...planted.evidence.pieces);
    const found = new Search([needle]).in(evidence.pieces).map(({ where }) => where);
    expect(found.toSorted()).toEqual(
      [
        `arguments: status`,
        'log: server',
        'stored: names',
        `stored: ${value}`,
        'terminal: status',
        ...['head', 'body', 'head of the answer', 'answer, decompressed'].map(
          (part) => `wire: POST /?q=${value}, ${part}`,
        ),
      ].toSorted(),
    );
  });
});

describe('what they did see:', () => {
  test('relayed messages of one size, whatever they are', () => {
    const relayed = run.exchanges.filter(({ path, status }) => path.endsWith('/Relay') && status === 200);
    const asked = relayed.map(({ sent }) => fromBinary(RelayRequestSchema, sent).sealedRequest.length);
    const answered = relayed.map(
      (exchange) => fromBinary(RelayResponseSchema, exchange.answered).sealedAnswer.length,
    );
    expect(relayed.length).toBeGreaterThan(50);
    expect(new Set(asked)).toEqual(new Set([5238, 5256]));
    expect(new Set(answered)).toEqual(new Set([4144]));
  });

  test('objects with opaque names and stepped sizes', () => {
    const MiB = 1024 * 1024;
    const steps = [1, 2, 4, 8].flatMap((octave) => [1, 1.25, 1.5, 1.75].map((step) => octave * step * MiB));
    const kinds = {
      descriptor: /^cloud\/[0-9a-f]{32}\/[0-9a-f]{32}\/descriptor$/,
      pack: /^cloud\/[0-9a-f]{32}\/[0-9a-f]{32}\/packs\/[0-9a-f]{32}$/,
      snapshot: /^cloud\/[0-9a-f]{32}\/[0-9a-f]{32}\/snapshots\/[0-7][0-9A-HJKMNP-TV-Z]{25}$/,
    };
    const others = objects().filter(({ label }) => !Object.values(kinds).some((kind) => kind.test(label)));
    expect(others.map(({ label }) => label)).toEqual([]);
    const [packs, snapshots] = [kinds.pack, kinds.snapshot].map((kind) => run.evidence.of('stored', kind));
    expect(packs!.length).toBeGreaterThanOrEqual(3);
    expect(snapshots!.length).toBe(3);
    for (const { bytes } of packs!) expect([...steps, 16 * MiB]).toContain(bytes.length);
    for (const { bytes } of snapshots!)
      expect(steps.map((step) => (step * 4096) / MiB)).toContain(bytes.length);
  });

  test('values of one size in the vault’s store, under ids that say nothing', () => {
    const last = run.vaults.at(-1)!;
    expect(last.records).toHaveLength(2);
    expect(last.records.map(({ live, candidate, contested }) => live ?? candidate ?? contested)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('the code for each sign-in in the log, once, and else only what kind of thing happened', () => {
    expect(log().match(codeLine)).toHaveLength(4);
    const lines = log()
      .replaceAll(codeLine, '')
      .split('\n')
      .filter((line) => line.startsWith('{"level"'));
    const fields = new Set(lines.flatMap((line) => Object.keys(JSON.parse(line) as object)));
    expect(lines.length).toBeGreaterThan(50);
    expect(['event', 'level', 'method', 'msg', 'refused', 'time']).toEqual(
      expect.arrayContaining([...fields]),
    );
  });
});

function keys(): Uint8Array<ArrayBuffer>[] {
  const found = run.states.flatMap(({ backup, pending }) => [backup?.key, pending?.enabling?.key]);
  return [...new Set(found.filter((key) => key !== undefined))].map(fromHex);
}

function tokens(): string[] {
  const sent = run.exchanges.flatMap(
    ({ authorization }) => /^Bearer ([0-9a-f]{64})$/.exec(authorization ?? '')?.[1] ?? [],
  );
  return [...new Set([...sent, ...run.states.flatMap(({ account }) => account?.session?.token ?? [])])];
}

function objects(): Piece[] {
  return run.evidence.of('stored', /^cloud\//);
}

function onTheWire({ witness }: Piece): boolean {
  return witness === 'wire';
}

function knowsAccounts({ witness, label }: Piece): boolean {
  if (witness === 'wire') return label.includes('FinishSignIn, answer');
  return witness === 'stored' && (label === 'names' || label.startsWith('front-door.db'));
}

function knowsPhones({ witness, label }: Piece): boolean {
  if (witness === 'arguments') return label === 'sign-in';
  if (witness === 'wire') return /(Start|Finish)SignIn, body$/.test(label);
  return witness === 'stored' && (label === 'outbox.log' || label.startsWith('front-door.db'));
}

function withoutCodes(pieces: readonly Piece[]): Piece[] {
  return pieces.map((piece) =>
    piece.witness === 'log'
      ? { ...piece, bytes: Buffer.from(piece.bytes.toString().replaceAll(codeLine, '')) }
      : piece,
  );
}

/** Empty fields are no secrets, and one that was seen at many moments is looked for once. */
function unique(needles: readonly Needle[]): Needle[] {
  const seen = new Map(
    needles.map((needle) => [`${needle.name} ${Buffer.from(needle.value).toString('hex')}`, needle]),
  );
  return [...seen.values()].filter(({ value }) => value.length > 0);
}
