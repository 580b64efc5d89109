import { i2osp, os2ip, StrongroomError, type Bytes } from '@strongroom/core';

const PREFIX_LENGTH = 2;

/**
 * A message with its 2-byte length before it and zeros after it, so that its size tells nothing.
 * @param size of the result in bytes, at most 65,537
 * @throws StrongroomError `malformed` when the message and its length do not fit into `size` bytes
 */
export function pad(message: Uint8Array, size: number): Bytes {
  if (message.length > size - PREFIX_LENGTH) {
    throw new StrongroomError('malformed', {
      what: `a message of ${message.length} bytes, too long to pad to ${size}`,
    });
  }
  const padded = new Uint8Array(size);
  padded.set(i2osp(message.length, PREFIX_LENGTH));
  padded.set(message, PREFIX_LENGTH);
  return padded;
}

/**
 * The message in what `pad` made.
 * @throws StrongroomError `malformed` when its length does not fit or anything but zeros follows it
 */
export function unpad(padded: Uint8Array): Bytes {
  if (padded.length < PREFIX_LENGTH) throw badPadding();
  const end = PREFIX_LENGTH + os2ip(padded.subarray(0, PREFIX_LENGTH));
  if (end > padded.length || !isZero(padded.subarray(end))) throw badPadding();
  return new Uint8Array(padded.subarray(PREFIX_LENGTH, end));
}

function isZero(bytes: Uint8Array): boolean {
  // Four at a time: a message is mostly padding.
  const aligned = new Uint8Array(4 * Math.ceil(bytes.length / 4));
  aligned.set(bytes);
  const words = new Uint32Array(aligned.buffer);
  for (let i = 0; i < words.length; i++) if (words[i] !== 0) return false;
  return true;
}

function badPadding(): StrongroomError {
  return new StrongroomError('malformed', { what: 'the padding of a message' });
}
