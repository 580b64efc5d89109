import { beforeAll, describe, expect, test } from 'vitest';
import type { ChatView, MessageView } from './contract.ts';
import { household, until, type TestDevice } from '../../test/engine-device.ts';

const phone = '+491701234567';
const password = 'seven calm herons by the water';
const patience = 120_000;

const home = household();
let first: TestDevice;
let second: TestDevice;

beforeAll(async () => {
  first = await home.start('first');
}, patience);

async function everything({ engine }: TestDevice): Promise<[ChatView, readonly MessageView[]][]> {
  const chats = await engine.chats();
  return Promise.all(
    chats.map(async (chat): Promise<[ChatView, readonly MessageView[]]> => [
      chat,
      await engine.messages(chat.id, 0, chat.messages),
    ]),
  );
}

describe('the engine', { timeout: patience }, () => {
  test('has sample chats', async () => {
    await first.engine.addSampleChats();
    const { chats } = await until(first, ({ chats }) => chats.messages > 0 && chats.media > 0);
    expect(chats).toMatchObject({ messages: 2000, media: 40, mediaMissing: 0 });
    const [found] = await first.engine.chats();
    expect(found!.messages).toBeGreaterThan(0);
    const [picture] = (await first.engine.mediaOf(found!.id, 0, 10)).filter(({ kind }) => kind === 'image');
    const blob = await first.engine.media(picture!.media!.path);
    expect(blob).toMatchObject({ type: 'image/png', size: picture!.media!.size });
  });

  test('signs in, and says that a code is wrong', async () => {
    await first.engine.startSignIn(phone);
    const code = await home.ask<string>('code', { phone });
    const wrong = code === '000000' ? '000001' : '000000';
    await expect(first.engine.finishSignIn(wrong)).rejects.toMatchObject({ code: 'wrong-code' });
    await first.engine.finishSignIn(code);
    expect((await until(first, ({ account }) => account?.phone === phone)).account).toMatchObject({ phone });
  });

  test('turns encrypted backups on and makes one', async () => {
    await expect(first.engine.backUp()).rejects.toMatchObject({ code: 'not-enabled' });
    await first.engine.turnOn({ password, again: password });
    await first.engine.backUp();
    const { backup } = await until(first, ({ backup }) => backup.last !== undefined);
    expect(backup).toMatchObject({
      on: true,
      last: { number: 1, messages: 2000, media: 40 },
      unsaved: { messages: 0, media: 0 },
      ways: { password: true },
    });
    await until(first, ({ backup }) => backup.vault?.guessesLeft === 10);
  });

  test('uploads little after little has changed', async () => {
    const [chat] = await first.engine.chats();
    await first.engine.send(chat!.id, 'one more', [new File(['hello'], 'note.txt', { type: 'text/plain' })]);
    await until(first, ({ backup }) => backup.unsaved.messages === 1 && backup.unsaved.media === 1);
    await first.engine.backUp();
    const { backup, task } = await until(first, ({ backup }) => backup.last?.number === 2);
    expect(backup.unsaved).toEqual({ messages: 0, media: 0 });
    // One pack, padded so that nobody learns how little it is.
    expect(task!.uploadedBytes).toBeLessThan(1_200_000);
  });

  test('restores on another device, messages first, and refuses a wrong password', async () => {
    second = await home.start('second');
    await home.signIn(second, phone);
    expect(await second.engine.findBackup()).toMatchObject({
      ways: ['password'],
      vault: { guessesLeft: 10 },
    });
    const wrong = second.engine.restore({ way: 'password', password: 'not this one' });
    await expect(wrong).rejects.toMatchObject({ code: 'wrong-password', details: { guessesLeft: 9 } });
    await second.engine.restore({ way: 'password', password });
    const arrived = await second.engine.chats();
    expect(arrived.map(({ title }) => title).toSorted()).toEqual(
      (await first.engine.chats()).map(({ title }) => title).toSorted(),
    );
    const done = await until(second, ({ task }) => task?.kind === 'restore-media' && task.status === 'done');
    expect(done.task!.warnings).toEqual([]);
    await until(second, ({ chats }) => chats.mediaMissing === 0 && chats.media === 41);
    expect(await everything(second)).toEqual(await everything(first));
  });

  test('does not restore over chats that are there', async () => {
    await expect(second.engine.restore({ way: 'password', password })).rejects.toMatchObject({
      code: 'target-not-empty',
    });
  });

  test('has archives that restore in a terminal, and reads those made there', async () => {
    const found = await home.ask<{ chats: ChatView[]; media: Record<string, string>; integrity: unknown }>(
      'restore',
      { phone, password },
    );
    expect(found.integrity).toEqual({ integrity_check: 'ok' });
    expect(found.chats).toEqual(await first.engine.chats());
    expect(Object.keys(found.media)).toHaveLength(41);
    await home.ask('add', { text: 'written in a terminal' });
    await home.forget('second');
    second = await home.start('second');
    await home.signIn(second, phone);
    await second.engine.restore({ way: 'password', password });
    const [hit] = await second.engine.search('written in a terminal', { limit: 10 });
    expect(hit?.message.text).toBe('written in a terminal');
    await until(second, ({ chats }) => chats.mediaMissing === 0);
  });
});
