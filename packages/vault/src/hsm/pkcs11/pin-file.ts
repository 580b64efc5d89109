import { readFileSync, statSync } from 'node:fs';
import { Secret } from '@strongroom/core';
import { hsmError } from '../hsm-error.ts';

const maxLength = 255;

/**
 * The PIN in a file that nobody else may read: one line.
 * @throws StrongroomError `hsm` `wrong-pin` when others may read the file, or it holds no PIN
 */
export function readPinFile(path: string): Secret<string> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined)
    throw hsmError('wrong-pin', `There is no PIN file ${path}. Put the token's PIN there.`);
  if ((stats.mode & 0o077) !== 0)
    throw hsmError('wrong-pin', `The PIN file ${path} may be read by others. Run chmod 600 on it.`);
  const pin = stats.size > maxLength + 2 ? '' : readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  if (pin === '' || pin.length > maxLength || /[\r\n]/.test(pin))
    throw hsmError('wrong-pin', `The PIN file ${path} does not hold one PIN on one line. Correct it.`);
  return new Secret(pin);
}
