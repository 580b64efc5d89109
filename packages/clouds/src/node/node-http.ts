import type { Agent, IncomingMessage, RequestOptions, request as sendRequest } from 'node:http';
import type { Bytes } from '@strongroom/core';
import type { HttpRequest, HttpResponse, SendHttp } from '../http/http.ts';
import { readBody } from '../http/read-body.ts';

/** How requests are sent. */
export interface NodeHttpOptions {
  /** Without a byte on the connection for so long, a request has failed; milliseconds. */
  readonly silence?: number;
}

const usualSilence = 60_000;

interface Way {
  readonly request: typeof sendRequest;
  readonly agent: Agent;
}

/**
 * HTTP by Node's own client: connections are kept, and bodies are sent and received without a copy of the whole, which
 * `fetch` makes of every pack.
 */
export function nodeHttp({ silence = usualSilence }: NodeHttpOptions = {}): SendHttp {
  const ways = new Map<string, Way>();
  return async (asked) => {
    const url = new URL(asked.url);
    const way = ways.get(url.protocol) ?? openWay(url.protocol, silence);
    ways.set(url.protocol, way);
    const { request, agent } = way;
    return new Promise((resolve, reject) => {
      const sent = request(url, optionsOf(asked, agent), (response) => {
        answerOf(response).then(resolve, reject);
      });
      sent.on('error', reject);
      sent.setTimeout(silence, () => sent.destroy(new Error(`silent for ${silence} ms`)));
      sent.end(asked.body && viewOf(asked.body));
    });
  };
}

// Loaded when it is needed: a command on a folder does without.
function openWay(protocol: string, silence: number): Way {
  const platform = process.getBuiltinModule(protocol === 'https:' ? 'node:https' : 'node:http');
  return { request: platform.request, agent: new platform.Agent({ keepAlive: true, timeout: silence }) };
}

function optionsOf({ method, headers, body, signal }: HttpRequest, agent: Agent): RequestOptions {
  const length = method === 'PUT' ? { 'content-length': String(body?.length ?? 0) } : {};
  return { method, agent, headers: { ...headers, ...length }, ...(signal && { signal }) };
}

async function answerOf(response: IncomingMessage): Promise<HttpResponse> {
  const { statusCode = 0, headers } = response;
  return { status: statusCode, body: await readBody(response, headers['content-length']) };
}

function viewOf(bytes: Bytes): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
