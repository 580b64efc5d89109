import type { Bytes } from '@strongroom/core';

/** A request to a cloud. */
export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The caller leaves it alone until the answer is there. */
  readonly body?: Bytes | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A cloud's whole answer, whatever its status. Redirections are answers too: a token is for the one it was meant for. */
export interface HttpResponse {
  readonly status: number;
  readonly body: Bytes;
}

/** Sends a request. Throws when there is no answer, or no end of it, and when the signal is aborted. */
export type SendHttp = (request: HttpRequest) => Promise<HttpResponse>;
