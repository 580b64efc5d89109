import type { EventView } from '../../engine/contract.ts';
import { useWords } from '../../words/use-words.ts';
import { doerOf, kindOf, removedOf } from './event-kinds.ts';

/** Who did it, in words; of a device that was signed out by another, both. */
export function useWho(event: EventView): string {
  const { events } = useWords();
  const doer = doerOf(event);
  const by = doer?.isThis === true ? events.here : doer?.name || events.unknownDevice;
  const removed = removedOf(event);
  if (kindOf(event) !== 'device-removed' || removed === undefined) return by;
  return `${removed.isThis ? events.here : removed.name || events.unknownDevice} ← ${by}`;
}
