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

type Shape = Readonly<Record<string, 'text' | 'count'>>;

// All that a front door may claim, and the details that go with it. What a vault says counts only inside a sealed answer.
const claimable: ReadonlyMap<string, Shape> = new Map<ErrorCode, Shape>([
  ['signed-out', {}],
  ['wrong-code', { triesLeft: 'count' }],
  ['too-many-requests', { until: 'count' }],
  ['too-many-devices', { most: 'count' }],
  ['not-authorised', { why: 'text' }],
  ['unavailable', { answered: 'count', needed: 'count' }],
  ['malformed', { what: 'text' }],
  ['wrong-usage', { why: 'text' }],
  ['bug', { where: 'text' }],
]);
const maxDetails = 1000;

function parseDetail(code: string, json: string): StrongroomError | undefined {
  const shape = claimable.get(code);
  if (shape === undefined || json.length > maxDetails) return undefined;
  try {
    const given: unknown = JSON.parse(json);
    if (typeof given !== 'object' || given === null) return undefined;
    const details = Object.entries(shape).map(([name, kind]) => [name, readDetail(given, name, kind)]);
    return new StrongroomError(code as ErrorCode, Object.fromEntries(details) as never);
  } catch {
    return undefined;
  }
}

// A caller relies on the types of details: what is missing, or of another kind, becomes the emptiest of its kind.
function readDetail(given: object, name: string, kind: Shape[string]): string | number {
  const value: unknown = Object.hasOwn(given, name) ? given[name as keyof typeof given] : undefined;
  if (kind === 'text') return typeof value === 'string' ? printable(value) : 'it does not say why';
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : 0;
}
