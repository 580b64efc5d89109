import type { Engine, ExportPreview, ImportedView, Problem } from '../../../engine/contract.ts';
import { storeOf, type SettableStore, type Store } from '../../../shell/store.ts';
import { problemOf } from '../../../words/sentence-of.ts';

/** What the person says of an export. Absent: not yet. */
export interface Choices {
  /** Which of those who take part one is oneself; null: none of them. */
  readonly me?: string | null;
  readonly dayFirst?: boolean;
}

interface Named {
  readonly id: number;
  readonly file: File;
}
interface Known extends Named {
  readonly preview: ExportPreview;
  readonly choices: Choices;
}

/** A file on its way into the chats. */
export type ImportItem =
  | (Named & { readonly stage: 'looking' })
  | (Named & { readonly stage: 'unreadable'; readonly problem: Problem })
  | (Known & { readonly stage: 'ready' })
  | (Known & { readonly stage: 'waiting' })
  | (Known & { readonly stage: 'running' })
  | (Known & { readonly stage: 'failed'; readonly problem: Problem })
  | (Known & { readonly stage: 'done'; readonly result: ImportedView; readonly wasThere: boolean });

/** Whether everything that is asked of an export was answered. */
export function isAnswered({ preview, choices }: Pick<Known, 'preview' | 'choices'>): boolean {
  const asksMe = preview.participants.length > 0;
  return (
    (!asksMe || choices.me !== undefined) && (!preview.dayOrderUnclear || choices.dayFirst !== undefined)
  );
}

type Offered = Extract<ImportItem, { readonly stage: 'ready' | 'failed' }>;

/** What can be imported now: it was looked at, and has not been imported whole. */
export function isOffered(item: ImportItem): item is Offered {
  return item.stage === 'ready' || item.stage === 'failed';
}

type Part = Pick<Engine, 'lookAtExport' | 'importExport' | 'chats'>;

/** The files that are to be imported: looked at and imported one after the other. Lives on when its screen is left. */
export class ImportQueue implements Store<readonly ImportItem[]> {
  readonly #items: SettableStore<readonly ImportItem[]> = storeOf<readonly ImportItem[]>([]);
  readonly get: Store<readonly ImportItem[]>['get'] = this.#items.get;
  readonly subscribe: Store<readonly ImportItem[]>['subscribe'] = this.#items.subscribe;
  #lastId = 0;
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  /** Takes in files, and looks at them. */
  add(engine: Part, files: readonly File[]): Promise<void> {
    const added = files.map((file) => ({ id: ++this.#lastId, file, stage: 'looking' as const }));
    this.#items.set([...this.get(), ...added]);
    for (const item of added) this.#looking = this.#looking.then(() => this.#look(engine, item));
    return this.#looking;
  }

  /** Notes an answer, also for the other exports in which the same person takes part. */
  choose(id: number, choices: Choices): void {
    this.#items.set(
      this.get().map((item) => {
        if (!isOffered(item)) return item;
        if (item.id === id) return { ...item, choices: { ...item.choices, ...choices } };
        const isIn = typeof choices.me === 'string' && item.preview.participants.includes(choices.me);
        return isIn && item.choices.me === undefined
          ? { ...item, choices: { ...item.choices, me: choices.me } }
          : item;
      }),
    );
  }

  /** Takes a file off the list. */
  remove(id: number): void {
    this.#items.set(this.get().filter((item) => item.id !== id));
  }

  /** Takes off what there is nothing to be done with any more. */
  tidy(): void {
    this.#items.set(this.get().filter(({ stage }) => stage !== 'done' && stage !== 'unreadable'));
  }

  /** Imports all that is answered. Ends when all are done, or after `stop`. */
  async start(engine: Part): Promise<void> {
    this.#stopped = false;
    for (const item of this.get())
      if (isOffered(item) && isAnswered(item))
        this.#set({
          id: item.id,
          file: item.file,
          preview: item.preview,
          choices: item.choices,
          stage: 'waiting',
        });
    for (let next = this.#next(); next !== undefined; next = this.#next()) await this.#import(engine, next);
  }

  /** What waits for its turn is not imported. */
  stop(): void {
    this.#stopped = true;
    for (const item of this.get()) if (item.stage === 'waiting') this.#set({ ...item, stage: 'ready' });
  }

  #next(): Extract<ImportItem, { readonly stage: 'waiting' }> | undefined {
    return this.#stopped ? undefined : this.get().find((item) => item.stage === 'waiting');
  }

  async #look(engine: Part, named: Named): Promise<void> {
    if (!this.get().some(({ id }) => id === named.id)) return;
    const { id, file } = named;
    try {
      const preview = await engine.lookAtExport(file);
      this.#set({ id, file, stage: 'ready', preview, choices: this.#firstChoices(preview) });
    } catch (thrown) {
      this.#set({ id, file, stage: 'unreadable', problem: problemOf(thrown) });
    }
  }

  // Who one is in one export, one is in the others.
  #firstChoices({ me, participants }: ExportPreview): Choices {
    const said = this.get().map((item) => ('choices' in item ? item.choices.me : undefined));
    const known = me ?? said.find((name) => typeof name === 'string' && participants.includes(name));
    return known === undefined ? {} : { me: known };
  }

  async #import(engine: Part, item: Known): Promise<void> {
    const { id, file, preview, choices } = item;
    const known = { id, file, preview, choices };
    this.#set({ ...known, stage: 'running' });
    try {
      const before = await engine.chats();
      const result = await engine.importExport(file, {
        ...(typeof choices.me === 'string' && { me: choices.me }),
        ...(choices.dayFirst !== undefined && { dayFirst: choices.dayFirst }),
      });
      const wasThere = before.some((chat) => chat.id === result.chatId);
      this.#set({ ...known, stage: 'done', result, wasThere });
    } catch (thrown) {
      this.#set({ ...known, stage: 'failed', problem: problemOf(thrown) });
    }
  }

  #set(item: ImportItem): void {
    this.#items.set(this.get().map((old) => (old.id === item.id ? item : old)));
  }
}

/** The one queue of this page. */
export const imports: ImportQueue = new ImportQueue();
