export * from './channel.ts';
export * from './directory.ts';
export * from './owner.ts';
export * from './padding.ts';
export * from './rpc-errors.ts';
export * from './session.ts';
export * from './signing.ts';
export * from './token.ts';
