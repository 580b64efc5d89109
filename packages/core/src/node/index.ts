export * from './config-fields.ts';
export * from './secret-files.ts';
