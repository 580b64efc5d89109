export * from './bytes.ts';
export * from './errors.ts';
export * from './printable.ts';
export * from './secret.ts';
export * from './version.ts';
