import { encode, equalBytes, toHex, type Bytes } from '@strongroom/core';
import { mutate } from '../../../../tools/fuzz/mutate.ts';
import { withOddKey } from '../../../../tools/fuzz/mutate-message.ts';
import { decoding, must, type FuzzTarget } from '../../../../tools/fuzz/target.ts';
import { isProven, proveReception, Reception, sealToReception } from '../epochs/reception.ts';
import { decodeFields } from '../hsm/fields.ts';
import { openTransportPair, signWith } from '../hsm/software/transport-pair.ts';
import { decodeTransportKey, encodeTransportKey, transportKeyId } from '../hsm/transport-key.ts';
import { memoryHsm, MemoryKeyFiles } from '../testing/memory-hsm.ts';

const fixed = (length: number, byte: number): Bytes => new Uint8Array(length).fill(byte);

/** A transport key that an operator is given. */
export async function transportKeys(): Promise<FuzzTarget> {
  const sound = await memoryHsm().transportKey();
  return {
    name: 'a transport key',
    share: 2,
    run(rng) {
      const bytes = mutate(rng, [sound]);
      return decoding(
        () => decodeTransportKey(bytes),
        (key) => must(equalBytes(encodeTransportKey(key), bytes), 'a transport key has one form'),
        ['hsm'],
      );
    },
  };
}

/** A wrapped key: altered by the store; and as a trusted peer that lies signs it. */
export async function wrappedKeys(): Promise<readonly FuzzTarget[]> {
  const files = new MemoryKeyFiles();
  const [sender, receiver] = [memoryHsm(files), memoryHsm()];
  const pair = await openTransportPair(files);
  await sender.makeKey(1);
  await sender.trust(await receiver.transportKey());
  await receiver.trust(await sender.transportKey());
  const sound = await sender.wrapKey(1, await receiver.transportKey());
  const [body] = decodeFields(sound, 2).map((field) => new Uint8Array(field)) as [Bytes, Bytes];
  const check = toHex(await sender.keyCheck(1));
  const checkTaken = async (): Promise<void> => {
    const taken = await receiver.keyCheck(1);
    must(toHex(taken) === check, 'no other key is taken over than the peer has');
    await receiver.destroyKey(1);
  };
  return [
    {
      name: 'a wrapped key, by the store',
      share: 1,
      run(rng) {
        return decoding(() => receiver.unwrapKey(1, mutate(rng, [sound])), checkTaken, ['hsm']);
      },
    },
    {
      name: 'a wrapped key, signed by a peer that lies',
      share: 1,
      run(rng) {
        const forged = mutate(rng, [body]);
        if (forged.length > 60_000) return 'refused';
        const wrapped = encode(forged, signWith(pair, forged));
        return decoding(() => receiver.unwrapKey(1, wrapped), checkTaken, ['hsm']);
      },
    },
  ];
}

/** A key on its way through the store, sealed to a process; and the proof of where it may be sent. */
export async function handedKeys(): Promise<readonly FuzzTarget[]> {
  const reception = new Reception();
  const [from, to] = ['11'.repeat(32), '22'.repeat(32)];
  const handing = { from, to, epoch: 1 };
  const wrapped = fixed(600, 3);
  const sound = sealToReception(reception.publicKey, handing, wrapped);
  const hsm = memoryHsm();
  await hsm.makeKey(1);
  const proof = await proveReception(hsm, 1, to, reception.publicKey);
  must(transportKeyId(wrapped).length === 32, 'a node has a name');
  return [
    {
      name: 'a key that was handed over',
      share: 5,
      run(rng) {
        const { enc, ciphertext } = sound;
        const forged = rng.oneIn(2)
          ? { enc: rng.oneIn(2) ? mutate(rng, [enc]) : withOddKey(rng, enc), ciphertext }
          : { enc, ciphertext: mutate(rng, [ciphertext]) };
        return decoding(
          () => reception.open(handing, forged),
          (opened) => must(equalBytes(opened, wrapped), 'only what was sent opens'),
          ['malformed'],
        );
      },
    },
    {
      name: 'the key of a reception, to seal to',
      share: 2,
      run(rng) {
        const key = rng.oneIn(2) ? mutate(rng, [reception.publicKey]) : withOddKey(rng, reception.publicKey);
        return decoding(
          () => sealToReception(key, handing, wrapped),
          ({ enc }) => must(enc.length === 1120, 'it is sealed as every other'),
          { codes: ['malformed'], secrets: [wrapped] },
        );
      },
    },
    {
      name: 'the proof of a reception',
      share: 10,
      async run(rng) {
        const forged = mutate(rng, [proof]);
        const proven = await isProven(hsm, to, reception.publicKey, forged);
        must(!proven || equalBytes(forged, proof), 'no other proof holds');
        return proven ? 'accepted' : 'refused';
      },
    },
  ];
}
