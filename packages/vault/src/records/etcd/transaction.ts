import { create } from '@bufbuild/protobuf';
import type { Bytes } from '@strongroom/core';
import {
  Compare_CompareResult,
  Compare_CompareTarget,
  TxnRequestSchema,
  type KeyValue,
  type TxnRequest,
  type TxnResponse,
} from '@strongroom/wire/etcd';

/** A value that is to follow what a key had at a revision of the store; 0: nothing. */
export interface Replacement {
  readonly key: Bytes;
  readonly value: Bytes;
  readonly expected: bigint;
}

/**
 * Writes the value if the key was written last at the expected revision, and otherwise reads what it has now. Sent
 * twice, it commits once at most: the first commit changes the revision that the second expects.
 */
export function replaceTransaction({ key, value, expected }: Replacement): TxnRequest {
  return create(TxnRequestSchema, {
    compare: [
      {
        // A key that is not there has the revision 0; one that was deleted and made again has a new one.
        target: Compare_CompareTarget.MOD,
        result: Compare_CompareResult.EQUAL,
        key,
        targetUnion: { case: 'modRevision', value: expected },
      },
    ],
    success: [{ request: { case: 'requestPut', value: { key, value } } }],
    failure: [{ request: { case: 'requestRange', value: { key } } }],
  });
}

/** What the key had when the transaction did not write. */
export function foundInstead({ responses }: TxnResponse): KeyValue | undefined {
  const response = responses[0]?.response;
  return response?.case === 'responseRange' ? response.value.kvs[0] : undefined;
}
