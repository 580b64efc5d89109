import { equalBytes, StrongroomError, utf8 } from '@strongroom/core';
import { shortCode } from '@strongroom/vault';
import { ask } from '../../terminal/input.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/** 30 digits, in groups or not. */
const digits = /^\d{30}$/;

/**
 * Has the operator enter the short code that the other node's operator reads to them. It is not shown here: what is
 * copied from this screen proves nothing about the other one.
 * @param given instead of asking
 * @throws StrongroomError `wrong-usage` when it is another key's
 */
export async function confirmCode(
  transportKey: Uint8Array,
  { site, given, terminal }: { site: string; given: string | undefined; terminal: Terminal },
): Promise<void> {
  if (given === undefined)
    terminal.say(
      `Call the operator of site ${site}, whose voice you know, and have them read to you what \`strongroom fleet key\` shows there.`,
    );
  const typed = (given ?? (await ask(`The 30 digits of site ${site}`))).replaceAll(/[\s-]/g, '');
  if (!digits.test(typed)) throw wrong('That is not a short code: it has 30 digits, in 6 groups of 5.');
  if (equalBytes(utf8(typed), utf8(shortCode(transportKey).replaceAll(' ', '')))) return;
  throw wrong(
    'That is the code of another key than the one in the file. Nothing was trusted. Have the file sent again, and find out who changed it.',
  );
}

function wrong(why: string): StrongroomError<'wrong-usage'> {
  return new StrongroomError('wrong-usage', { why });
}
