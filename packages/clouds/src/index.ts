export * from './builtin/builtin-store.ts';
