import { StrongroomError, type Bytes } from '@strongroom/core';
import {
  checkObjectName,
  type GetOptions,
  type ObjectStore,
  type PutOptions,
  type StoredObject,
  type StoreOptions,
} from '@strongroom/archive/object-store';

/** Where the all-in-one server keeps an account's objects, and how to prove whose they are. */
export interface BuiltinStoreOptions {
  /** The server's address. */
  readonly server: string;
  /** A session's bearer token; asked for again, with `renew`, when the server refuses the one before. */
  readonly token: (options: { renew: boolean }) => Promise<string>;
  readonly fetch?: typeof fetch;
}

/** The cloud of the all-in-one server: objects over HTTP, one space for each account. */
export class BuiltinStore implements ObjectStore {
  readonly description: string;
  readonly #server: string;
  readonly #token: BuiltinStoreOptions['token'];
  readonly #fetch: typeof fetch;

  constructor(options: BuiltinStoreOptions) {
    this.#server = options.server.replace(/\/+$/, '');
    this.#token = options.token;
    this.#fetch = options.fetch ?? fetch;
    this.description = `the cloud of ${this.#server}`;
  }

  async put(name: string, bytes: Bytes, { ifAbsent = false, signal }: PutOptions = {}): Promise<void> {
    const headers = { 'content-type': 'application/octet-stream', ...(ifAbsent && { 'if-none-match': '*' }) };
    await this.#request(objectPath(name), { method: 'PUT', body: bytes, headers }, name, signal);
  }

  async get(name: string, { range, signal }: GetOptions = {}): Promise<Bytes> {
    if (range?.length === 0) return new Uint8Array();
    const headers: Record<string, string> = {};
    if (range) headers['range'] = `bytes=${range.offset}-${range.offset + range.length - 1}`;
    const response = await this.#request(objectPath(name), { headers }, name, signal);
    if (response.status === 416) return new Uint8Array();
    return this.#body(response, signal);
  }

  async *list(prefix: string, { signal }: StoreOptions = {}): AsyncIterable<StoredObject> {
    const response = await this.#request(`/cloud?prefix=${encodeURIComponent(prefix)}`, {}, prefix, signal);
    const text = new TextDecoder().decode(await this.#body(response, signal));
    for (const line of text.split('\n')) if (line !== '') yield parseLine(line, this.description);
  }

  async remove(name: string, { signal }: StoreOptions = {}): Promise<void> {
    await this.#request(objectPath(name), { method: 'DELETE' }, name, signal);
  }

  async #request(
    path: string,
    init: RequestInit,
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    let response = await this.#send(path, init, await this.#token({ renew: false }), signal);
    if (response.status === 401)
      response = await this.#send(path, init, await this.#token({ renew: true }), signal);
    if (response.ok || response.status === 416) return response;
    await response.body?.cancel();
    throw this.#toError(response, name);
  }

  async #send(
    path: string,
    init: RequestInit,
    token: string,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    const headers = {
      ...(init.headers as Record<string, string> | undefined),
      authorization: `Bearer ${token}`,
    };
    try {
      return await this.#fetch(`${this.#server}${path}`, { ...init, headers, ...(signal && { signal }) });
    } catch (cause) {
      throw this.#unreachable(signal, cause);
    }
  }

  async #body(response: Response, signal: AbortSignal | undefined): Promise<Bytes> {
    try {
      return new Uint8Array(await response.arrayBuffer());
    } catch (cause) {
      throw this.#unreachable(signal, cause);
    }
  }

  #unreachable(signal: AbortSignal | undefined, cause: unknown): StrongroomError {
    if (signal?.aborted === true) return new StrongroomError('cancelled', {}, { cause });
    return new StrongroomError('cloud-unreachable', { where: this.#server, why: 'no connection' }, { cause });
  }

  #toError({ status }: Response, object: string): StrongroomError {
    if (status === 401 || status === 403) return new StrongroomError('cloud-denied', { where: this.#server });
    if (status === 404) return new StrongroomError('object-missing', { object });
    if (status === 412) return new StrongroomError('object-exists', { object });
    if (status === 507) return new StrongroomError('cloud-full', { where: this.#server });
    return new StrongroomError('cloud-unreachable', { where: this.#server, why: `HTTP ${status}` });
  }
}

function objectPath(name: string): string {
  checkObjectName(name);
  return `/cloud/${name}`;
}

function parseLine(line: string, where: string): StoredObject {
  try {
    const { name, size } = JSON.parse(line) as StoredObject;
    checkObjectName(name);
    if (Number.isSafeInteger(size) && size >= 0) return { name, size };
  } catch {
    // Thrown below, like a size that is none.
  }
  throw new StrongroomError('cloud-unreachable', { where, why: 'its list cannot be read' });
}
