export * from './builtin/builtin-store.ts';
export * from './http/fetch-http.ts';
export * from './http/http.ts';
