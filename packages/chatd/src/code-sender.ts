import { appendFile, chmod } from 'node:fs/promises';

/** Sends one-time codes to phones: the plug for an SMS provider. */
export type CodeSender = (phone: string, code: string) => Promise<void>;

/**
 * Prints codes and appends them to a file that only its owner can read: for one machine, and for trying out.
 * @param print writes one line where the operator sees it
 */
export function consoleSender(outbox: string, print: (line: string) => void): CodeSender {
  return async (phone, code) => {
    const line = `Code for ${phone}: ${code}`;
    await appendFile(outbox, `${line}\n`, { mode: 0o600 });
    await chmod(outbox, 0o600);
    print(line);
  };
}
