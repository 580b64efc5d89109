import { StrongroomError, type Bytes } from '@strongroom/core';
import {
  checkObjectName,
  type GetOptions,
  type ObjectStore,
  type PutOptions,
  type StoredObject,
  type StoreOptions,
} from '@strongroom/archive/object-store';
import { fetchHttp } from '../http/fetch-http.ts';
import type { HttpRequest, HttpResponse, SendHttp } from '../http/http.ts';

/** What is asked of the server: a request without its address and its token. */
interface Question extends Omit<HttpRequest, 'url' | 'headers'> {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

// A range that begins behind the object's end.
const outOfRange = 416;

/** Where the all-in-one server keeps an account's objects, and how to prove whose they are. */
export interface BuiltinStoreOptions {
  /** The server's address. */
  readonly server: string;
  /** A session's bearer token; asked for again, with `renew`, when the server refuses the one before. */
  readonly token: (options: { renew: boolean }) => Promise<string>;
  /** By default `fetch`. */
  readonly http?: SendHttp;
}

/** The cloud of the all-in-one server: objects over HTTP, one space for each account. */
export class BuiltinStore implements ObjectStore {
  readonly description: string;
  readonly #server: string;
  readonly #token: BuiltinStoreOptions['token'];
  readonly #http: SendHttp;

  constructor(options: BuiltinStoreOptions) {
    this.#server = options.server.replace(/\/+$/, '');
    this.#token = options.token;
    this.#http = options.http ?? fetchHttp();
    this.description = `the cloud of ${this.#server}`;
  }

  async put(name: string, bytes: Bytes, { ifAbsent = false, signal }: PutOptions = {}): Promise<void> {
    const headers = { 'content-type': 'application/octet-stream', ...(ifAbsent && { 'if-none-match': '*' }) };
    await this.#ask({ method: 'PUT', path: objectPath(name), headers, body: bytes, signal }, name);
  }

  async get(name: string, { range, signal }: GetOptions = {}): Promise<Bytes> {
    if (range?.length === 0) return new Uint8Array();
    const headers: Record<string, string> = {};
    if (range) headers['range'] = `bytes=${range.offset}-${range.offset + range.length - 1}`;
    const { status, body } = await this.#ask(
      { method: 'GET', path: objectPath(name), headers, signal },
      name,
    );
    return status === outOfRange ? new Uint8Array() : body;
  }

  async *list(prefix: string, { signal }: StoreOptions = {}): AsyncIterable<StoredObject> {
    const path = `/cloud?prefix=${encodeURIComponent(prefix)}`;
    const { body } = await this.#ask({ method: 'GET', path, signal }, prefix);
    const lines = new TextDecoder().decode(body).split('\n');
    for (const line of lines) if (line !== '') yield parseLine(line, this.description);
  }

  async remove(name: string, { signal }: StoreOptions = {}): Promise<void> {
    await this.#ask({ method: 'DELETE', path: objectPath(name), signal }, name);
  }

  async #ask(question: Question, name: string): Promise<HttpResponse> {
    let response = await this.#send(question, await this.#token({ renew: false }));
    if (response.status === 401) response = await this.#send(question, await this.#token({ renew: true }));
    const { status } = response;
    if ((status >= 200 && status < 300) || status === outOfRange) return response;
    throw this.#toError(status, name);
  }

  async #send({ path, headers, ...request }: Question, token: string): Promise<HttpResponse> {
    try {
      return await this.#http({
        ...request,
        url: `${this.#server}${path}`,
        headers: { ...headers, authorization: `Bearer ${token}` },
      });
    } catch (cause) {
      if (request.signal?.aborted === true) throw new StrongroomError('cancelled', {}, { cause });
      const details = { where: this.#server, why: 'no connection' };
      throw new StrongroomError('cloud-unreachable', details, { cause });
    }
  }

  #toError(status: number, object: string): StrongroomError {
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
