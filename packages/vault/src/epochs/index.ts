export { EpochFence } from './epoch-fence.ts';
export { EpochInUse } from './epoch-in-use.ts';
export { EpochKeeper, type EpochKeeperOptions, type EpochProcess, type Sealing } from './epoch-keeper.ts';
export type { EpochObserver, EpochProblem } from './epoch-observer.ts';
export { defaultEpochPolicy, type EpochPolicy } from './epoch-policy.ts';
export type { EpochState, NodeId } from './fleet.ts';
export {
  FleetOperator,
  type EnteredNode,
  type HandOverOptions,
} from './fleet-operator.ts';
export type { Hindrance } from './making.ts';
export type { EpochProgress, FleetProgress, NodeProgress, ResealingProgress } from './progress.ts';
export { Reception } from './reception.ts';
