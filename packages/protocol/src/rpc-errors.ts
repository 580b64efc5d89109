import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { isStrongroomError, printable, StrongroomError, type ErrorCode } from '@strongroom/core';
import { ErrorDetailSchema } from '@strongroom/wire/front-door';

const rpcCodes: Partial<Record<ErrorCode, Code>> = {
  'signed-out': Code.Unauthenticated,
  'not-authorised': Code.PermissionDenied,
  'too-many-requests': Code.ResourceExhausted,
  unavailable: Code.Unavailable,
  malformed: Code.InvalidArgument,
};

/** Our error as one that Connect carries, with code and details. Anything else becomes an internal error without its text. */
export function toRpcError(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  if (!isStrongroomError(error))
    return new ConnectError('internal error', Code.Internal, undefined, undefined, error);
  const detail = create(ErrorDetailSchema, { code: error.code, details: JSON.stringify(error.details) });
  return new ConnectError(error.message, rpcCodes[error.code] ?? Code.FailedPrecondition, undefined, [
    { desc: ErrorDetailSchema, value: detail },
  ]);
}

/**
 * The typed error that a server sent, or `offline` when none answered.
 * @param server the address, for the sentence that people read
 */
export function fromRpcError(error: unknown, server: string): StrongroomError {
  if (isStrongroomError(error)) return error;
  const connectError = ConnectError.from(error);
  const [detail] = connectError.findDetails(ErrorDetailSchema);
  const known = detail && parseDetail(detail.code, detail.details);
  if (known) return known;
  if (connectError.code === Code.Canceled) return new StrongroomError('cancelled', {}, { cause: error });
  return new StrongroomError('offline', { server }, { cause: error });
}

// All that a front door may claim. What a vault says counts only inside a sealed answer.
const claimable: ReadonlySet<string> = new Set<ErrorCode>([
  'signed-out',
  'wrong-code',
  'too-many-requests',
  'not-authorised',
  'unavailable',
  'malformed',
  'wrong-usage',
  'bug',
]);
const maxDetails = 1000;

function parseDetail(code: string, json: string): StrongroomError | undefined {
  if (!claimable.has(code) || json.length > maxDetails) return undefined;
  try {
    const details: unknown = JSON.parse(json, (_, value: unknown) =>
      typeof value === 'string' ? printable(value) : value,
    );
    if (typeof details !== 'object' || details === null) return undefined;
    return new StrongroomError(code as ErrorCode, details as never);
  } catch {
    return undefined;
  }
}
