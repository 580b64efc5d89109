import { type Bytes, StrongroomError, fillBuffer } from '@strongroom/core';
import { damaged } from '../format/header.ts';
import {
  FileShrunk,
  type Hashed,
  type Named,
  type OpenJob,
  type Plain,
  type SealJob,
  type SealedChunk,
} from './chunk-engine.ts';
import type { Primitives } from './primitives.ts';
import { hashPages, nameChunk, openChunk, sealChunk } from './steps.ts';

/** What a thread is asked to do. */
export type Request =
  | { readonly do: 'name'; readonly chunkId: CryptoKey; readonly plain: Plain }
  | { readonly do: 'hash'; readonly key: CryptoKey; readonly plain: Bytes; readonly pageSize: number }
  | { readonly do: 'seal'; readonly job: SealJob }
  | { readonly do: 'open'; readonly job: OpenJob };

/** What a request is answered with. */
export interface Results {
  readonly name: Named;
  readonly hash: Hashed;
  readonly seal: SealedChunk;
  readonly open: Bytes;
}

/** Damage is told as such, anything else in words. */
export type Answer =
  | { readonly done: Results[Request['do']] }
  | { readonly damaged: { readonly object: string; readonly why: string } }
  | { readonly shrunk: true }
  /** An error of the operating system, with its code. */
  | { readonly system: string; readonly message: string }
  | { readonly failed: string };

/** Does what a request asks. Never throws. */
export async function answer(primitives: Primitives, request: Request): Promise<Answer> {
  try {
    return { done: await perform(primitives, request) };
  } catch (error) {
    if (error instanceof StrongroomError && error.code === 'archive-damaged') {
      return { damaged: error.details as { object: string; why: string } };
    }
    if (error instanceof FileShrunk) return { shrunk: true };
    const isOurs = error instanceof StrongroomError;
    if (!isOurs && error instanceof Error && 'code' in error && typeof error.code === 'string')
      return { system: error.code, message: error.message };
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

function perform(primitives: Primitives, request: Request): Promise<Results[Request['do']]> {
  if (request.do === 'name') return nameChunk(primitives, request.chunkId, request.plain);
  if (request.do === 'hash') return hashPages(primitives, request.key, request.plain, request.pageSize);
  if (request.do === 'seal') return sealChunk(primitives, request.job);
  return openChunk(primitives, request.job).then(inOwnBuffer);
}

/** Does what several requests ask, one after the other. Never throws. */
export async function answerAll(primitives: Primitives, requests: readonly Request[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const request of requests) answers.push(await answer(primitives, request));
  return answers;
}

/** Bytes that a request is about. */
export function lengthOf(request: Request): number {
  if (request.do === 'seal') return request.job.plain.length;
  return request.do === 'open' ? request.job.plainLength : request.plain.length;
}

/** The result in an answer. @throws FileShrunk, StrongroomError 'archive-damaged', 'bug' */
export function resultOf(answer: Answer): Results[Request['do']] {
  if ('done' in answer) return answer.done;
  if ('damaged' in answer) throw damaged(answer.damaged.object, answer.damaged.why);
  if ('shrunk' in answer) throw new FileShrunk();
  if ('system' in answer) throw Object.assign(new Error(answer.message), { code: answer.system });
  throw new StrongroomError('bug', { where: 'a worker thread' }, { cause: new Error(answer.failed) });
}

/** The memory that goes over to the other thread with a request. */
export function givenIn(request: Request): ArrayBuffer[] {
  if (request.do === 'seal') return ownBuffers([request.job.plain]);
  return ownBuffers([request.do === 'open' ? request.job.sealed : request.plain]);
}

/** The memory that goes over to the asking thread with an answer. */
export function givenBack(answer: Answer): ArrayBuffer[] {
  if (!('done' in answer)) return [];
  const { done } = answer;
  if (done instanceof Uint8Array) return ownBuffers([done]);
  return ownBuffers('sealed' in done ? done.sealed : [done.plain]);
}

function ownBuffers(plains: readonly Plain[]): ArrayBuffer[] {
  const arrays = plains.filter((plain) => plain instanceof Uint8Array);
  return arrays.filter(fillBuffer).map(({ buffer }) => buffer);
}

/** The same bytes, in a buffer of their own: of a part, the whole buffer would be copied. */
export function inOwnBuffer<P extends Plain>(plain: P): P | Bytes {
  return plain instanceof Uint8Array && !fillBuffer(plain) ? plain.slice() : plain;
}
