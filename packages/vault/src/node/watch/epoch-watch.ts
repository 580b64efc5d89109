import type { Logger } from 'pino';
import type { EpochObserver } from '../../epochs/epoch-observer.ts';
import type { NodeMetrics } from './metrics.ts';

/** Counts and logs what a node does for the epochs of its fleet. */
export function epochWatch(metrics: NodeMetrics, log: Logger): EpochObserver {
  return {
    onStep: (step) => {
      metrics.epochStep(step);
      log.info({ step }, 'epochs');
    },
    onResealed: (values) => metrics.resealed(values),
    onProblem: ({ problem, epoch, node, why }) => {
      metrics.epochProblem(problem);
      log.warn({ problem, epoch, node, why }, 'epochs');
    },
  };
}
