import { expect, test } from 'vitest';
import type { EngineState, Problem, TaskView } from '../../engine/contract.ts';
import { nothingYet } from '../../shell/engine.ts';
import { stepOf } from './step-of.ts';

const account = { phone: '+491701234567', deviceName: 'Chrome', deviceId: 'ab' };
const older: Problem = { code: 'rolled-back', details: { seen: 7, found: 5 } };
const untried = { acceptsOlder: false };

function state(parts: Partial<EngineState>): EngineState {
  return { ...nothingYet, ...parts };
}

function task(kind: TaskView['kind'], status: TaskView['status'], problem?: Problem): TaskView {
  const counts = { filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0, uploadedBytes: 0 };
  return { kind, status, ...counts, warnings: [], ...(problem && { problem }) };
}

const withChats = { ...nothingYet.chats, chats: 3, messages: 40 };

test('first the number, then the backup', () => {
  expect(stepOf(state({}), untried)).toBe('sign-in');
  expect(stepOf(state({ account }), untried)).toBe('find');
});

test('never over chats that are there', () => {
  expect(stepOf(state({ account, chats: withChats }), untried)).toBe('not-empty');
});

test('what is coming is shown, also when it was stopped, has failed, or one is signed out', () => {
  for (const status of ['running', 'paused', 'cancelling', 'failed', 'done'] as const) {
    expect(stepOf(state({ account, task: task('restore-messages', status) }), untried)).toBe('coming');
    expect(stepOf(state({ chats: withChats, task: task('restore-media', status) }), untried)).toBe('coming');
  }
  expect(stepOf(state({ account, chats: withChats, task: task('backup', 'running') }), untried)).toBe(
    'not-empty',
  );
});

test('an older backup is asked about, and opened once more when it was not opened on this page', () => {
  const failed = state({ account, task: task('restore-messages', 'failed', older) });
  expect(stepOf(failed, untried)).toBe('older');
  expect(stepOf(failed, { acceptsOlder: true })).toBe('find');
  expect(stepOf(state({ account }), { problem: older, acceptsOlder: false })).toBe('older');
});

test('a backup without chats shows its files', () => {
  const problem: Problem = { code: 'no-chats', details: { files: 2, bytes: 10 } };
  expect(stepOf(state({ account }), { problem, acceptsOlder: false })).toBe('other-files');
});
