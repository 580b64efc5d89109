export * from './file-device-store.ts';
export * from './file-error.ts';
export * from './lock-folder.ts';
export * from './open-cloud.ts';
