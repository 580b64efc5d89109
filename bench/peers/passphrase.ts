import { randomBytes } from 'node:crypto';

/** Guards the throw-away repositories of one run, and nothing else. */
export const passphrase: string = randomBytes(16).toString('hex');
