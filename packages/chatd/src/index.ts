export { callerAddress } from './caller-address.ts';
export * from './code-sender.ts';
export * from './database.ts';
export * from './front-door.ts';
export type { FrontDoorLog, FrontDoorObserver } from './answering.ts';
export { MAX_SEALED_REQUEST, type VaultConnection } from './relay.ts';
export * from './serve-front-door.ts';
export { defaultLimits, Limits, type LimitFigures } from './limits/limits.ts';
export { defaultStreams, type StreamFigures } from './events/event-streams.ts';
