import { type Bytes, fromHex } from '@strongroom/core';

/** Keys of 32 bytes that a careless decoder takes, or that give away what they are multiplied with. Little-endian. */
export const oddKeys: readonly Bytes[] = [
  // Zero: the identity of ristretto255, a scalar that there is not, a point of X25519 that is 0 times everything.
  '0000000000000000000000000000000000000000000000000000000000000000',
  'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
  // Not canonical: p, p + 1 and 2^255 - 1 (RFC 9496 section A.3).
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  // Negative field elements, and numbers that are no square (the same section).
  '0100000000000000000000000000000000000000000000000000000000000000',
  '01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371',
  // The generator of ristretto255 (section A.1), and that with its highest bit set.
  'e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76',
  'e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2df6',
  // The order of the group, one below and one above it.
  'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010',
  'ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010',
  'eed3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010',
  // Points of X25519 of the orders 8, 8 and 2 (RFC 7748 section 7; cr.yp.to/ecdh.html).
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].map(fromHex);
