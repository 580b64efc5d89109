import { readerOf, type ChatReader } from './chat-reader.ts';
import { openChats } from './chat-parts.ts';
import type { DamagedChats, Engine } from './contract.ts';
import type { ChatEngine } from './engine.ts';
import { takeFreeLock, takeLock } from './engine-lock.ts';
import { late } from './late.ts';
import { placeOf, type Place } from './place.ts';
import type { Records } from './records.ts';

/** How an engine is started. */
export interface EngineOptions {
  /** The front door's address. */
  readonly server: string;
  /** The name of the place where everything is kept; another one is another device. */
  readonly place?: string;
  /** What to do when the chats are damaged; by default it does not start. */
  readonly damagedChats?: DamagedChats;
}

/** An engine as its worker has it. */
export type RunningEngine = Engine & Pick<ChatEngine, 'close'>;

// To read in code keeps the machine busy, and whoever has chats wants to see them first: so long it may take until they
// are asked for, too, and then until they are drawn, milliseconds.
const firstLook = { asked: 50, drawn: 200 };

/**
 * Starts the engine of a place. Chats can be read when this resolves; the rest of it is read in when it is asked for
 * anything else, which waits for it.
 * @throws StrongroomError `in-use` while another engine of this place is at work, `newer-version`, `profile-damaged`
 */
export async function startEngine(options: EngineOptions): Promise<RunningEngine> {
  const place = placeOf(options.place);
  return startWith(options, place, await takeLock(place.lock));
}

/** The same, unless another engine of this place is at work: then nothing. @throws as `startEngine` */
export async function startIfFree(options: EngineOptions): Promise<RunningEngine | undefined> {
  const place = placeOf(options.place);
  const leave = await takeFreeLock(place.lock);
  return leave && startWith(options, place, leave);
}

async function startWith(
  { server, damagedChats }: EngineOptions,
  place: Place,
  leave: () => void,
): Promise<RunningEngine> {
  let engine: ChatEngine | undefined;
  const changed = (): void => engine?.changed();
  try {
    const parts = await openChats({ place, changed, hasBackup, ...(damagedChats && { damagedChats }) });
    let listed = false;
    const readIn = async (): Promise<ChatEngine> => {
      if (!parts.chats.isEmpty) await pause(firstLook.asked);
      if (listed) await pause(firstLook.drawn);
      const { ChatEngine: Rest } = await import('./engine.ts');
      return (engine = await Rest.open({ parts, place, server, changed, leave }));
    };
    let rest: Promise<ChatEngine> | undefined;
    return joined(
      readerOf(parts.rooms, () => (listed = true)),
      late(() => (rest ??= readIn())),
    );
  } catch (error) {
    leave();
    throw error;
  }
}

function joined(reader: ChatReader, rest: Omit<RunningEngine, keyof ChatReader>): RunningEngine {
  return new Proxy(reader as RunningEngine, {
    get: (_, name): unknown => Reflect.get(reader, name) ?? Reflect.get(rest, name),
  });
}

async function hasBackup(records: Records): Promise<boolean> {
  return (await import('./device/has-backup.ts')).hasBackup(records);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
