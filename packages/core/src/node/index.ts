export * from './admin-server.ts';
export * from './certificates.ts';
export * from './config-fields.ts';
export * from './config-file.ts';
export * from './listening.ts';
export * from './rereading.ts';
export * from './secret-files.ts';
