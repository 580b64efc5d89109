export * from './code-sender.ts';
export * from './database.ts';
export * from './front-door.ts';
export { MAX_SEALED_REQUEST, type VaultConnection } from './relay.ts';
