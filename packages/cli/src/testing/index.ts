export * from '../fleet/local/index.ts';
export * from '../up/all-in-one.ts';
export * from '../up/policy-file.ts';
export { openLocalTls } from '../up/https/local-tls.ts';
