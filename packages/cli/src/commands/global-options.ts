import { Terminal } from '../terminal/terminal.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly profile?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What a command says, by its options. */
export function terminalOf({ json = false, quiet = false }: GlobalOptions): Terminal {
  return new Terminal({ json, quiet });
}
