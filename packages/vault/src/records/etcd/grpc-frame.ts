import type { IncomingHttpHeaders } from 'node:http2';
import { Code, ConnectError } from '@connectrpc/connect';

const headerLength = 5;
const codes: ReadonlyMap<number, Code> = new Map(
  Object.values(Code).flatMap((code) => (typeof code === 'number' ? [[code, code]] : [])),
);

/** A message as gRPC sends it: not compressed (0), its length in 4 bytes, itself. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(headerLength + message.length);
  framed.writeUInt8(0, 0);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, headerLength);
  return framed;
}

/** The one message of an answer. @throws ConnectError `Internal` when there is another number of them */
export function unframe(framed: Buffer): Uint8Array {
  const whole = framed.length >= headerLength && framed.readUInt32BE(1) === framed.length - headerLength;
  if (!whole || framed.readUInt8(0) !== 0)
    throw new ConnectError('an answer that is not one message, uncompressed', Code.Internal);
  return new Uint8Array(framed.buffer, framed.byteOffset + headerLength, framed.length - headerLength);
}

/** How a call ended, if these headers say so: in trailers, or in headers that come alone. `null` is well. */
export function statusOf(headers: IncomingHttpHeaders): ConnectError | null | undefined {
  const status = headers['grpc-status'];
  if (status === undefined) return undefined;
  if (status === '0') return null;
  return new ConnectError(percentDecoded(String(headers['grpc-message'] ?? '')), codeOf(Number(status)));
}

function codeOf(status: number): Code {
  return codes.get(status) ?? Code.Unknown;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
