export * from '../up/all-in-one.ts';
export * from '../up/policy-file.ts';
