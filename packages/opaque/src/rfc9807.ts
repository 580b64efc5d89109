// RFC 9807, OPAQUE-3DH over ristretto255 with SHA-512.
export * from './credential.ts';
export * from './envelope.ts';
export * from './login.ts';
export * from './messages.ts';
export * from './registration.ts';
export { identityKsf } from './ksf.ts';
