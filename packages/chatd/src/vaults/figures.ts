/** How long the pool waits for what, milliseconds. */
export interface PoolFigures {
  /** Until a node that there is no connection to has taken one. */
  readonly connect: number;
  /** One try at one node in all, as long as there is another to ask. */
  readonly attempt: number;
  /** All tries of a request together. */
  readonly deadline: number;
  /** After every node has failed, before the first is asked again. */
  readonly betweenRounds: number;
  /** Between two probes of a node; each is up to a fifth earlier or later. */
  readonly probeEvery: number;
  /** Between two probes of a node that has been down for some time. */
  readonly probeDownEvery: number;
  /** Until a probe has failed. */
  readonly probeTimeout: number;
  /** How long a node is asked last after a failure; twice that after the next, and so on. */
  readonly aside: number;
  readonly asideAtMost: number;
}

/**
 * Why these. When etcd's leader dies, writes stall for about 1,100 ms at every node alike: to ask another one then
 * gains nothing and doubles the load, so `attempt` is longer than that, with room for the work itself. It is shorter
 * than 2 s, within which a request is to be answered although one node hangs; a node gives its store 2 s and says
 * `unavailable` then, by which time another one has been asked. Connections are made in one round trip or three, across
 * an ocean 500 ms: 700 ms tell a dropped packet from a long way. Three hanging nodes fit into the deadline. A node that
 * hangs is asked last once a probe has found it so, within `probeEvery` + `probeTimeout`, and counts as down after the
 * second: when all hang because the machine is busy, requests had better wait than be refused.
 */
export const defaultFigures: PoolFigures = {
  connect: 700,
  attempt: 1500,
  deadline: 5000,
  betweenRounds: 200,
  probeEvery: 500,
  probeDownEvery: 2000,
  probeTimeout: 1000,
  aside: 500,
  asideAtMost: 10_000,
};
