export * from './hsm/hsm.ts';
export * from './hsm/software-hsm.ts';
export * from './records/memory-store.ts';
export * from './records/record-store.ts';
export * from './records/sqlite-store.ts';
export { defaultPolicy } from './rules/policy.ts';
export * from './vault.ts';
