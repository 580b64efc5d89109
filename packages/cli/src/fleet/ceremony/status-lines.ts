import type { EpochProgress, FleetProgress, NodeProgress } from '@strongroom/vault';
import { momentText } from '../../terminal/words.ts';

const shownId = 12;

/** How a fleet fares, as one of its nodes sees it. */
export function statusLines(progress: FleetProgress): readonly string[] {
  const { nodes, removed, epochs, resealing, problems, hindrance, nextEpochAt } = progress;
  const sites = new Map(nodes.map(({ id, site }) => [id, site]));
  return [
    'nodes',
    ...nodes.map(nodeLine),
    ...removed.map(
      ({ id, site, removedAt }) =>
        `  ${site.padEnd(10)}${id.slice(0, shownId)}  removed ${momentText(removedAt)}`,
    ),
    '',
    'epochs',
    ...epochs.map((epoch) => epochLine(epoch, sites)),
    ...(resealing === undefined
      ? []
      : [
          `  sealing anew: ${resealing.resealed} sealed, ${resealing.seen} of about ${resealing.of} looked at in this pass`,
        ]),
    `  the next one is due ${momentText(nextEpochAt)}${hindrance === undefined ? '' : `; it could not begin at this node: ${hindrance}`}`,
    ...problems.map(({ why }) => `Note: ${why}`),
  ];
}

function nodeLine({ id, site, isThis, isTrusted, sealsUnder, waitsFor }: NodeProgress): string {
  const waits = waitsFor.length === 0 ? '' : `waits for the key of epoch ${waitsFor.join(', ')}`;
  const seals = sealsUnder === 0 ? 'has not served yet' : `seals under epoch ${sealsUnder}`;
  const notes = [isThis ? 'this node' : '', isTrusted ? '' : 'not trusted by this node', waits].filter(
    Boolean,
  );
  return `  ${site.padEnd(10)}${id.slice(0, shownId)}  ${[seals, ...notes].join(', ')}`;
}

function epochLine(
  { number, state, madeAt, waitsFor }: EpochProgress,
  sites: ReadonlyMap<string, string>,
): string {
  const waits = waitsFor.map((id) => sites.get(id) ?? id.slice(0, shownId)).join(', ');
  return `  ${String(number).padEnd(4)}${state.padEnd(10)}made ${momentText(madeAt)}${waits === '' ? '' : `, waits for ${waits}`}`;
}
