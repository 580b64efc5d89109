export * from './node-http.ts';
