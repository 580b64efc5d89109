import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attributes, Span, SpanOptions, Tracer, TracerProvider } from '@opentelemetry/api';
import { toHex, utf8, VERSION } from '@strongroom/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDevice, signErase, type Dealt, type TestDevice } from '../../testing/index.ts';
import { SteeredStore } from '../../testing/steered-store.ts';
import { TestNode } from '../../testing/test-node.ts';

/** A span that was recorded. */
interface Recorded {
  readonly name: string;
  readonly attributes: Attributes;
  failed: boolean;
  ended: boolean;
}

/** Records spans, as an SDK does. */
class Recorder implements TracerProvider {
  readonly spans: Recorded[] = [];

  getTracer(): Tracer {
    const startSpan = (name: string, { attributes = {} }: SpanOptions = {}): Span =>
      this.#start(name, attributes);
    return { startSpan, startActiveSpan: () => undefined as never };
  }

  #start(name: string, attributes: Attributes): Span {
    const recorded: Recorded = { name, attributes: { ...attributes }, failed: false, ended: false };
    this.spans.push(recorded);
    const change = (apply: () => void): Span => {
      apply();
      return span;
    };
    const nothing = (): Span => span;
    const span: Span = {
      spanContext: () => ({ traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 }),
      setAttribute: (key, value) => change(() => Object.assign(recorded.attributes, { [key]: value })),
      setAttributes: (more) => change(() => Object.assign(recorded.attributes, more)),
      setStatus: () => change(() => (recorded.failed = true)),
      addEvent: nothing,
      addLink: nothing,
      addLinks: nothing,
      updateName: nothing,
      recordException: () => undefined,
      isRecording: () => true,
      end: () => void (recorded.ended = true),
    };
    return span;
  }
}

const password = 'mint garage 42';
const store = new SteeredStore();
const recorder = new Recorder();
let node: TestNode;
let device: TestDevice;
let dealt: Dealt;

beforeAll(async () => {
  node = await TestNode.start({
    wrapStore: (inner) => store.over(inner),
    tracerProvider: recorder,
    config: { limits: { failedBeginsPerTenantPerHour: 1 } },
  });
  device = newDevice(node);
  dealt = await device.register(password);
  await device.open(password, dealt);
  await device.open('wrong', dealt);
  recorder.spans.splice(0);
  // Over the cap.
  await device.open(password, dealt);
  await device.send(1, signErase(await device.target(1), dealt));
  await fail();
});

afterAll(() => node.remove());

/** A store that names in its error all that it must not. */
async function fail(): Promise<void> {
  const { accountId } = device;
  const { vaultId } = device.vault(1);
  const forms = [toHex(accountId), Buffer.from(accountId).toString('base64'), [...accountId].join(', ')];
  store.read = () => Promise.reject(new Error(`no ${forms.join(' or ')} of +491701234567 here`));
  await device.describe(1).catch(() => undefined);
  store.read = (run) => run();
  const garbage = await node.serveRequest(accountId, vaultId, utf8('garbage'));
  for (const request of [garbage, {}]) await node.client.serve(request).catch(() => undefined);
}

const requests = (kind: string, outcome: string): Promise<number> =>
  node.metric('requests_total', { kind, outcome });

/** All that stands for the account or its secrets in this run. */
const identifiers = (): Uint8Array[] => {
  const { generation, backupKey, owner, credentials } = dealt;
  const secrets = [...credentials.values()].flatMap(({ keyShare, envelope, sealedKey, maskingKey }) => [
    keyShare,
    envelope,
    sealedKey,
    maskingKey,
  ]);
  return [device.accountId, generation, backupKey, owner.publicKey, node.tokenKey.publicKey, ...secrets];
};
const written = async (): Promise<Record<string, string>> => ({
  log: node.logged.join(''),
  metrics: (await node.admin('/metrics')).body,
  traces: JSON.stringify(recorder.spans),
});

describe('metrics', () => {
  it('count requests by kind and outcome', async () => {
    expect(await requests('propose', 'accepted')).toBe(1);
    expect(await requests('commit', 'accepted')).toBe(1);
    expect(await requests('begin', 'begun')).toBe(2);
    expect(await requests('finish', 'finished')).toBe(1);
    expect(await requests('begin', 'must-wait')).toBe(1);
    expect(await requests('erase', 'accepted')).toBe(1);
    expect(await requests('describe', 'internal')).toBe(1);
    expect(await requests('unopened', 'malformed')).toBe(1);
    expect(await requests('unopened', 'not-authorised')).toBe(1);
  });

  it('count guesses, caps, what was erased, and what the store did', async () => {
    expect(await node.metric('guesses_counted_total', { tenant: 'acme' })).toBe(2);
    expect(await node.metric('guesses_capped_total', { tenant: 'acme' })).toBe(1);
    expect(await node.metric('events_total', { event: 'guess-counted' })).toBe(2);
    expect(await node.metric('events_total', { event: 'opened' })).toBe(1);
    expect(await node.metric('events_total', { event: 'registered' })).toBe(1);
    expect(await node.metric('events_total', { event: 'erased' })).toBe(1);
    expect(await node.metric('store_errors_total', { operation: 'read' })).toBe(1);
    expect(await node.metric('store_seconds_count', { operation: 'replace' })).toBeGreaterThan(5);
    expect(await node.metric('request_seconds_count', { kind: 'begin' })).toBe(3);
    expect(await node.metric('conflicts_total')).toBe(0);
  });

  it('say what runs here', async () => {
    expect(await node.metric('build_info', { version: VERSION, format: '0', site: 'a' })).toBe(1);
    expect((await node.admin('/metrics')).body).toContain('process_resident_memory_bytes');
  });
});

describe('traces', () => {
  it('show the steps of a request, and end', () => {
    const names = recorder.spans.map(({ name }) => name);
    const erase = names.slice(names.lastIndexOf('vault.write') - 4);
    expect(erase.slice(0, 7)).toEqual([
      'vault.check-token',
      'vault.open',
      'vault.read',
      'vault.apply',
      'vault.write',
      'vault.forget',
      'vault.seal',
    ]);
    expect(recorder.spans.every(({ ended }) => ended)).toBe(true);
    const outcomes = recorder.spans.map(({ attributes }) => attributes['strongroom.request.outcome']);
    expect(outcomes).toEqual(expect.arrayContaining(['must-wait', 'accepted', 'internal', 'malformed']));
    expect(recorder.spans.some(({ name, failed }) => failed && name === 'vault.read')).toBe(true);
  });
});

describe('nothing of a person', () => {
  it('is in logs, metrics or traces, in whatever form', async () => {
    const forms = identifiers().flatMap((bytes) => {
      const buffer = Buffer.from(bytes);
      return [
        toHex(bytes),
        toHex(bytes).toUpperCase(),
        buffer.toString('base64'),
        buffer.toString('base64url'),
        [...bytes].join(','),
        [...bytes].join(', '),
      ];
    });
    expect(forms.length).toBeGreaterThan(20);
    for (const text of Object.values(await written())) {
      expect(text.length).toBeGreaterThan(1000);
      for (const form of [...forms, password, '491701234567', 'wrong']) expect(text).not.toContain(form);
    }
  });

  it('is hidden by what it is found with here: the store itself said it', () => {
    expect(node.logged.join('')).toContain('no […] or […] or […]');
  });

  it('is written anywhere else', () => {
    const files = readdirSync(node.folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(1);
    for (const { parentPath, name } of files)
      expect(readFileSync(join(parentPath, name)).includes(Buffer.from(device.accountId))).toBe(false);
  });
});
