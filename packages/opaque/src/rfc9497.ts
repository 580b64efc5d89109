// RFC 9497, OPRF(ristretto255, SHA-512), modes OPRF and VOPRF.
export * from './group.ts';
export * from './oprf.ts';
export * from './proof.ts';
