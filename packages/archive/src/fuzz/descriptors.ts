import { create, toBinary } from '@bufbuild/protobuf';
import { type Bytes, Secret, concat, encode, fromHex, utf8 } from '@strongroom/core';
import { ArchiveDescriptorSchema } from '@strongroom/wire/archive';
import { readDescriptor } from '../descriptor.ts';
import { hmac } from '../format/hash.ts';
import { encodeHeader } from '../format/header.ts';
import { descriptorName } from '../object-names.ts';
import { unwrapKey, wrapKey } from '../passkey.ts';
import { testKey } from '../testing/fixtures.ts';
import { encodeWay } from '../unlock.ts';
import { archiveId, fixedArchive } from './craft.ts';
import { mutate } from '../../../../tools/fuzz/mutate.ts';
import { type FuzzTarget, decoding, must } from './target.ts';

/** The descriptor: any bytes, and any message with a right MAC. */
export async function descriptors(): Promise<FuzzTarget[]> {
  const { archive, store } = await fixedArchive();
  const name = descriptorName(archiveId);
  const wrapped = { salt: new Uint8Array(32), wrappedKey: new Uint8Array(60) };
  const passkey = {
    way: 'passkey',
    credentialId: utf8('c'),
    relyingParty: 'example.org',
    ...wrapped,
  } as const;
  const message = create(ArchiveDescriptorSchema, {
    archiveId: fromHex(archiveId),
    keyCheck: archive.keys.current.check,
    unlockWays: [{ way: 'key' } as const, { way: 'password', directoryEpoch: 7 } as const, passkey].map(
      encodeWay,
    ),
  });
  const body: Bytes = new Uint8Array(toBinary(ArchiveDescriptorSchema, message));
  const start = encodeHeader('SRDE');
  const authenticated = async (body: Bytes): Promise<Bytes> =>
    concat(start, await hmac(archive.keys.current.descriptor, concat(encode(start, name), body)), body);
  const sound = await authenticated(body);
  return [
    {
      name: 'descriptor, by the cloud',
      share: 4,
      async run(rng) {
        const bytes = mutate(rng, [sound]);
        store.objects.set(name, bytes);
        await decoding(
          () => readDescriptor(store, archiveId),
          () => undefined,
        );
        return decoding(
          () => archive.unlock(),
          () => must(Buffer.compare(bytes, sound) === 0, 'only the authentic descriptor is accepted'),
          ['archive-damaged', 'newer-version', 'wrong-key'],
        );
      },
    },
    {
      name: 'descriptor, by who has the key',
      share: 4,
      async run(rng) {
        store.objects.set(name, await authenticated(mutate(rng, [body])));
        return decoding(
          () => archive.unlock(),
          (ways) => must(ways.length <= 1024, 'ways to unlock are few'),
          ['archive-damaged', 'newer-version', 'wrong-key'],
        );
      },
    },
  ];
}

/** What a descriptor holds for a passkey. */
export async function passkeys(): Promise<FuzzTarget> {
  const prf = new Secret(new Uint8Array(32).fill(9));
  const { salt, wrappedKey } = await wrapKey(testKey(), prf, archiveId);
  return {
    name: 'wrapped key of a passkey',
    share: 4,
    async run(rng) {
      const forged = rng.oneIn(2)
        ? { salt: mutate(rng, [salt]), wrappedKey }
        : { salt, wrappedKey: mutate(rng, [wrappedKey]) };
      return decoding(
        () => unwrapKey(forged, prf, archiveId),
        (key) => must(Buffer.compare(key.reveal(), testKey().reveal()) === 0, 'no other key is unwrapped'),
        ['wrong-key'],
      );
    },
  };
}
