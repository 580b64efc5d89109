import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodes, StrongroomError, type ErrorCode, type ErrorDetails } from '@strongroom/core';
import { expect, test } from 'vitest';

// The command exports nothing: what it promises is what its processes answer.
const exitCodesOfCommand = new URL('../packages/cli/src/exit-codes.ts', import.meta.url).href;
const { exitCodeOf } = (await import(exitCodesOfCommand)) as { exitCodeOf: (error: unknown) => number };

/** Details of every code; more than one where the action depends on them. */
const samples: { readonly [C in ErrorCode]: readonly ErrorDetails[C][] } = {
  'wrong-password': [
    { guessesLeft: 9, waitUntil: null, unfinishedChange: false },
    { guessesLeft: 5, waitUntil: 1, unfinishedChange: false },
  ],
  'must-wait': [{ until: 1, guessesLeft: 5 }],
  locked: [{}],
  'not-registered': [{}],
  stale: [{}],
  contested: [{ until: 1 }],
  'replacement-cancelled': [{}],
  'vault-misbehaved': [{ vaultId: '', reason: '' }],
  unavailable: [{ answered: 1, needed: 2 }],
  malformed: [{ what: '' }],
  'not-authorised': [{ why: '' }],
  'weak-password': [{ why: '' }],
  'signed-out': [{}],
  'wrong-code': [{ triesLeft: 1 }],
  'too-many-requests': [{ until: 1 }],
  'too-many-devices': [{ most: 32 }],
  'directory-changed': [{ expected: '', found: '' }],
  offline: [{ server: '' }],
  'malformed-key': [{ group: null, why: '' }],
  'wrong-key': [{}],
  'archive-missing': [{ where: '' }],
  'archive-ambiguous': [{ archives: [] }],
  'archive-damaged': [{ object: '', why: '' }],
  'archive-incomplete': [{ object: '' }],
  'no-chats': [{ files: 0, bytes: 0 }],
  'newer-version': [{ object: '', version: 1 }],
  'other-key': [{ object: '', earlier: false }],
  'other-writer': [{ device: '' }],
  'rolled-back': [{ seen: 2, found: 1 }],
  'snapshot-missing': [{ snapshot: '' }],
  'plain-missing': [{ where: '' }],
  'cloud-unreachable': [{ where: '', why: '' }],
  'cloud-denied': [{ where: '' }],
  'cloud-full': [{ where: '' }],
  'object-missing': [{ object: '' }],
  'object-exists': [{ object: '' }],
  hsm: [
    { problem: 'unavailable', why: '' },
    { problem: 'refused', why: '' },
  ],
  'already-enabled': [{}],
  'not-enabled': [{}],
  'proof-needed': [{ until: null }, { until: Date.now() + 60_000 }],
  'target-not-empty': [{ path: '' }],
  'source-missing': [{ path: '' }],
  'not-an-export': [{ what: '' }],
  'disk-full': [{ path: '' }],
  'not-permitted': [{ path: '' }],
  'in-use': [{ path: '' }],
  'profile-damaged': [{ path: '' }],
  'wrong-usage': [{ why: '' }],
  cancelled: [{}],
  bug: [{ where: '' }],
};

const page = await readFile(join(import.meta.dirname, '../docs/errors.md'), 'utf8');
// | `code` | details | what to do | action | exit |
const rows = page
  .split('\n')
  .map((line) => /^\| `([a-z-]+)` \|([^|]*)\|[^|]+\|([^|]+)\| (\d+) \|$/.exec(line))
  .filter((match) => match !== null)
  .map(([, code = '', details = '', action = '', exit = '']) => ({
    code,
    details: words(details),
    action: words(action),
    exit: Number(exit),
  }));

function words(cell: string): string[] {
  return cell
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function rowOf(code: ErrorCode): (typeof rows)[number] {
  const errors = samples[code].map((details) => new StrongroomError(code, details));
  return {
    code,
    details: Object.keys(samples[code][0] ?? {}),
    action: [...new Set(errors.map(({ action }) => action.do))],
    exit: exitCodeOf(errors[0]),
  };
}

test('the page lists every error code once, and no other', () => {
  expect(rows.map(({ code }) => code).toSorted()).toEqual(errorCodes.toSorted());
});

test.each(errorCodes)('the page is right about %s', (code) => {
  expect(rows.find((row) => row.code === code)).toEqual(rowOf(code));
});
