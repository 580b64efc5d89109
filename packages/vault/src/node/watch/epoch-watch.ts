import type { Logger } from 'pino';
import type { EpochObserver } from '../../epochs/epoch-observer.ts';
import type { FleetProgress } from '../../epochs/progress.ts';
import type { NodeMetrics } from './metrics.ts';

/** Counts and logs what a node does for the epochs of its fleet, and how they fare. */
export function epochWatch(metrics: NodeMetrics, log: Logger): EpochObserver {
  let told = '';
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
    onProgress: (progress) => {
      metrics.fleet(progress);
      const line = lineOf(progress);
      // Once for each change, rather than every minute.
      if (told === (told = JSON.stringify(line))) return;
      log.info(line, 'fleet');
    },
  };
}

/** What of the fleet's state is worth a line in the log when it changes. */
function lineOf({ nodes, epochs, resealing }: FleetProgress): object {
  const site = new Map(nodes.map((node) => [node.id, node.site]));
  return {
    nodes: nodes.map((node) => node.site),
    epochs: epochs
      .filter(({ state }) => state !== 'destroyed')
      .map(({ number, state, waitsFor }) => ({
        epoch: number,
        state,
        ...(waitsFor.length > 0 && { waitsFor: waitsFor.map((id) => site.get(id) ?? id) }),
      })),
    ...(resealing && { resealing: { resealed: resealing.resealed, seen: resealing.seen, of: resealing.of } }),
  };
}
