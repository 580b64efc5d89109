import { open } from 'node:fs/promises';

/** Sends one-time codes to phones: the plug for an SMS provider. */
export interface CodeSender {
  (phone: string, code: string): Promise<void>;
  /** Where a person finds the code; by default in a message. */
  readonly delivery?: 'message' | 'terminal';
}

/**
 * Prints codes and appends them to a file that only its owner can read: for one machine, and for trying out.
 * @param print writes one line where the operator sees it
 */
export function consoleSender(outbox: string, print: (line: string) => void): CodeSender {
  return inTerminal(async (phone, code) => {
    const line = lineFor(phone, code);
    const file = await open(outbox, 'a', 0o600);
    try {
      // A file that was there before may be open to others.
      await file.chmod(0o600);
      await file.appendFile(`${line}\n`);
    } finally {
      await file.close();
    }
    print(line);
  });
}

/** Prints codes and keeps them nowhere: for trying out. */
export function printingSender(print: (line: string) => void): CodeSender {
  return inTerminal(async (phone, code) => print(lineFor(phone, code)));
}

function inTerminal(send: CodeSender): CodeSender {
  return Object.assign(send, { delivery: 'terminal' as const });
}

function lineFor(phone: string, code: string): string {
  return `Code for ${phone}: ${code}`;
}
