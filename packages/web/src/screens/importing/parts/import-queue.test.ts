import { expect, test, vi } from 'vitest';
import type { Engine, ExportPreview, ImportedView } from '../../../engine/contract.ts';
import { ImportQueue, isAnswered, isOffered } from './import-queue.ts';

const preview: ExportPreview = {
  title: 'Anna',
  isGroup: false,
  participants: ['Anna', 'Tom'],
  messages: 4,
  media: 0,
  mediaBytes: 0,
  from: 0,
  to: 1,
  dayOrderUnclear: false,
  unreadLines: 0,
};
const imported: ImportedView = { chatId: 7, messages: 4, media: 0, unreadLines: 0 };
const file = (name: string): File => new File(['x'], name);

function engine(parts: Partial<Engine> = {}): Engine {
  return {
    chats: async () => [],
    lookAtExport: async () => preview,
    importExport: async () => imported,
    ...parts,
  } as Engine;
}

const lookAtExport: Engine['lookAtExport'] = async ({ name }) => {
  if (name === 'bad.zip') throw { code: 'malformed', details: { what: 'x' } };
  return { ...preview, me: 'Tom' };
};
const importExport: Engine['importExport'] = async ({ name }) => {
  if (name === 'full.zip') throw { code: 'disk-full', details: {} };
  return imported;
};

const stages = (queue: ImportQueue): string[] => queue.get().map(({ stage }) => stage);

test('a file is looked at, asked about, and imported', async () => {
  const queue = new ImportQueue();
  const importExport = vi.fn<Engine['importExport']>(async () => imported);
  const added = queue.add(engine(), [file('a.zip')]);
  expect(stages(queue)).toEqual(['looking']);
  await added;
  const item = queue.get().find(isOffered)!;
  expect(isAnswered(item)).toBe(false);
  await queue.start(engine({ importExport }));
  expect(stages(queue)).toEqual(['ready']);
  queue.choose(item.id, { me: 'Tom' });
  await queue.start(engine({ importExport }));
  expect(importExport.mock.calls).toEqual([[item.file, { me: 'Tom' }]]);
  expect(queue.get()[0]).toMatchObject({ stage: 'done', result: imported, wasThere: false });
});

test('who one is in one export, one is in the others, also in those that come later', async () => {
  const queue = new ImportQueue();
  await queue.add(engine(), [file('a.zip'), file('b.zip')]);
  queue.choose(queue.get()[0]!.id, { me: 'Tom' });
  await queue.add(engine(), [file('c.zip')]);
  await queue.add(engine({ lookAtExport: async () => ({ ...preview, participants: ['Ben', 'Eva'] }) }), [
    file('d.zip'),
  ]);
  expect(queue.get().map((item) => 'choices' in item && item.choices.me)).toEqual([
    'Tom',
    'Tom',
    'Tom',
    undefined,
  ]);
});

test('none of them is an answer, and names nobody', async () => {
  const queue = new ImportQueue();
  const importExport = vi.fn<Engine['importExport']>(async () => imported);
  await queue.add(engine(), [file('a.zip')]);
  queue.choose(queue.get()[0]!.id, { me: null });
  await queue.start(engine({ importExport }));
  expect(importExport.mock.calls[0]?.[1]).toEqual({});
});

test('which number is the day must be said where it is unclear', () => {
  const unclear = { ...preview, dayOrderUnclear: true };
  expect(isAnswered({ preview: unclear, choices: { me: 'Tom' } })).toBe(false);
  expect(isAnswered({ preview: unclear, choices: { me: 'Tom', dayFirst: false } })).toBe(true);
});

test('one that cannot be read does not stop the others', async () => {
  const queue = new ImportQueue();
  await queue.add(engine({ lookAtExport }), [file('bad.zip'), file('full.zip'), file('good.zip')]);
  await queue.start(engine({ importExport, chats: async () => [{ id: 7 }] as never }));
  expect(stages(queue)).toEqual(['unreadable', 'failed', 'done']);
  expect(queue.get()[2]).toMatchObject({ wasThere: true });
  queue.tidy();
  expect(stages(queue)).toEqual(['failed']);
});

test('stopping ends the one that runs and lets the others wait to be asked for again', async () => {
  const queue = new ImportQueue();
  const me = { lookAtExport: async () => ({ ...preview, me: 'Tom' }) };
  await queue.add(engine(me), [file('a.zip'), file('b.zip')]);
  const importExport: Engine['importExport'] = async () => {
    expect(stages(queue)).toEqual(['running', 'waiting']);
    queue.stop();
    throw { code: 'cancelled', details: {} };
  };
  await queue.start(engine({ importExport }));
  expect(stages(queue)).toEqual(['failed', 'ready']);
  await queue.start(engine());
  expect(stages(queue)).toEqual(['done', 'done']);
});
