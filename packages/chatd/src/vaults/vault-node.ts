import type { ServeRequest, ServeResponse } from '@strongroom/wire/vault';

/** One node of a vault as the pool sees it. */
export interface VaultNode {
  /** Where it is, for logs and metrics. */
  readonly site: string;
  /**
   * Sends a request once.
   * @param patience milliseconds until there is a connection, and until there is an answer
   * @throws NodeFailure when another node may do better; StrongroomError when every node would refuse
   */
  ask(
    request: ServeRequest,
    patience: { readonly connect: number; readonly answer: number },
  ): Promise<ServeResponse>;
  /**
   * Whether it is there, and whether it says that it can serve.
   * @throws NodeFailure when it is not there
   */
  probe(timeout: number): Promise<'ready' | 'not ready'>;
  /** Ends the connection and all that is under way on it; the next request makes a new one. */
  reset(): void;
  /** Ends the connection for good. */
  close(): void;
}
