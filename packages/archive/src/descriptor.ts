import { create, toBinary } from '@bufbuild/protobuf';
import {
  type Bytes,
  StrongroomError,
  concat,
  copyBytes,
  encode,
  equalBytes,
  fromHex,
  isStrongroomError,
  toHex,
} from '@strongroom/core';
import { ArchiveDescriptorSchema } from '@strongroom/wire/archive';
import { hashLength } from './format/hash.ts';
import { checkHeader, damaged, encodeHeader, headerLength } from './format/header.ts';
import type { ArchiveKeys } from './format/keys.ts';
import { readMessage } from './format/message.ts';
import { descriptorName } from './object-names.ts';
import type { ObjectStore, StoreOptions } from './object-store.ts';
import { type UnlockWay, decodeWay, encodeWay } from './unlock.ts';

const longestDescriptor = 64 * 1024;
const mostWays = 1024;
const archiveIdLength = 16;
const checkLength = 16;

/** What a descriptor says, before or after it was authenticated. */
export interface Descriptor {
  /** 32 hexadecimal digits. */
  readonly archiveId: string;
  /** 16 bytes, compared with the key check of a key. */
  readonly keyCheck: Bytes;
  readonly unlock: readonly UnlockWay[];
}

/**
 * Reads what opens an archive. Not authenticated: the cloud may have made it up. Enough to choose a way to
 * unlock by; `openArchive` authenticates it.
 * @throws StrongroomError 'archive-missing', 'archive-damaged', 'newer-version'
 */
export async function readDescriptor(
  store: ObjectStore,
  archiveId: string,
  options?: StoreOptions,
): Promise<Descriptor> {
  return parse(await fetchDescriptor(store, archiveId, options), archiveId).descriptor;
}

/**
 * Reads and authenticates a descriptor.
 * @throws StrongroomError 'wrong-key' when its key check is another key's, 'archive-damaged' when it was altered
 */
export async function authenticateDescriptor(
  store: ObjectStore,
  archiveId: string,
  keys: ArchiveKeys,
  options?: StoreOptions,
): Promise<Descriptor> {
  const bytes = await fetchDescriptor(store, archiveId, options);
  const { descriptor, mac, body } = parse(bytes, archiveId);
  const name = descriptorName(archiveId);
  if (!(await crypto.subtle.verify('HMAC', keys.descriptor, mac, macInput(name, body)))) {
    if (!equalBytes(descriptor.keyCheck, keys.check)) throw new StrongroomError('wrong-key', {});
    throw damaged(name, 'was altered');
  }
  return descriptor;
}

/** Writes the descriptor of an archive, whole. @throws StrongroomError 'object-exists' with `ifAbsent` */
export async function writeDescriptor(
  store: ObjectStore,
  archiveId: string,
  keys: ArchiveKeys,
  unlock: readonly UnlockWay[],
  options?: StoreOptions & { readonly ifAbsent?: boolean },
): Promise<void> {
  const message = create(ArchiveDescriptorSchema, {
    archiveId: fromHex(archiveId),
    keyCheck: keys.check,
    unlockWays: unlock.map(encodeWay),
  });
  const body = copyBytes(toBinary(ArchiveDescriptorSchema, message));
  const name = descriptorName(archiveId);
  const mac = await crypto.subtle.sign('HMAC', keys.descriptor, macInput(name, body));
  const bytes = concat(encodeHeader('SRDE'), new Uint8Array(mac), body);
  if (bytes.length > longestDescriptor) {
    throw new StrongroomError('wrong-usage', { why: 'There are too many ways to unlock.' });
  }
  await store.put(name, bytes, options);
}

async function fetchDescriptor(
  store: ObjectStore,
  archiveId: string,
  options?: StoreOptions,
): Promise<Bytes> {
  try {
    const range = { offset: 0, length: longestDescriptor + 1 };
    return await store.get(descriptorName(archiveId), { ...options, range });
  } catch (error) {
    if (!isStrongroomError(error, 'object-missing')) throw error;
    throw new StrongroomError('archive-missing', { where: store.description }, { cause: error });
  }
}

function parse(bytes: Bytes, archiveId: string): { descriptor: Descriptor; mac: Bytes; body: Bytes } {
  const name = descriptorName(archiveId);
  checkHeader(name, bytes, 'SRDE');
  if (bytes.length > longestDescriptor) throw damaged(name, 'is too long');
  const mac = bytes.slice(headerLength, headerLength + hashLength);
  const body = bytes.slice(headerLength + hashLength);
  const message = readMessage(ArchiveDescriptorSchema, body, name, mostWays);
  if (message.keyCheck.length !== checkLength) throw damaged(name, 'has no key check');
  if (message.archiveId.length !== archiveIdLength || toHex(message.archiveId) !== archiveId) {
    throw damaged(name, 'belongs to another archive');
  }
  const unlock = message.unlockWays.map(decodeWay).filter((way) => way !== undefined);
  return { descriptor: { archiveId, keyCheck: copyBytes(message.keyCheck), unlock }, mac, body };
}

function macInput(name: string, body: Bytes): Bytes {
  return concat(encode(encodeHeader('SRDE'), name), body);
}
