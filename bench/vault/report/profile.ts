import { line } from '../../report/table.ts';

/** A CPU profile as V8 writes it, as far as it is read. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  /** Microseconds. */
  readonly timeDeltas: readonly number[];
}

/** A part of serving: the functions, by name, under which its time is spent. The first part that fits counts. */
interface Part {
  readonly title: string;
  readonly functions: readonly string[];
}

const parts: readonly Part[] = [
  {
    title: "checking the account token's signature (Ed25519)",
    functions: ['checkAccountToken', 'verifyEd25519', '#checkToken'],
  },
  { title: 'opening the request: X-Wing', functions: ['decapsulate'] },
  {
    title: 'opening the request: key schedule, AES-GCM, padding, protobuf',
    functions: ['openRequest', '#openRequest', 'keyIdOf', 'parseRequest'],
  },
  { title: 'OPRF: one multiplication', functions: ['blindEvaluate'] },
  { title: '3DH: three multiplications', functions: ['multiply'] },
  { title: 'the key share of the handshake', functions: ['freshKeyshare'] },
  {
    title: 'the rest of OPAQUE: decoding, hashes, MACs',
    functions: ['evaluate', 'isKe1', 'finishKey', 'checkKe3'],
  },
  { title: 'rules, ticket, protobuf', functions: ['apply'] },
  {
    title: 'the record: opening and sealing',
    functions: ['openUnder', 'sealUnder', 'unpad', 'pad', 'parse'],
  },
  { title: 'the store: reading', functions: ['read', 'get'] },
  { title: 'the store: writing and fsync', functions: ['#commitPending', 'replace', 'callUnary'] },
  { title: 'sealing the answer', functions: ['sealAnswer'] },
  { title: 'garbage collection', functions: ['(garbage collector)'] },
];
const rest = 'everything else: promises, timers, the event loop';
// What the profiler does itself, and nothing at all.
const uncounted = new Set(['(idle)', 'post', 'during']);

/** Shares of the time of each part, 0 to 1, in the order of the parts; what is in none comes last. */
export function sharesOf(profiles: readonly CpuProfile[]): readonly { title: string; share: number }[] {
  const times = new Map<string, number>();
  for (const profile of profiles) addTimes(profile, times);
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  const titles = [...parts.map(({ title }) => title), rest];
  return titles.map((title) => ({ title, share: total === 0 ? 0 : (times.get(title) ?? 0) / total }));
}

/** The same as a table. */
export function profileTable(name: string, profiles: readonly CpuProfile[]): string {
  const rows = sharesOf(profiles).map(({ title, share }) => line([title, `${(100 * share).toFixed(1)} %`]));
  return [
    line([`Where the time of Describe, Begin and Finish goes: ${name}`, 'CPU time']),
    '| --- | ---: |',
    ...rows,
  ].join('\n');
}

function addTimes({ nodes, samples, timeDeltas }: CpuProfile, times: Map<string, number>): void {
  const titles = titlesOf(nodes);
  for (const [at, id] of samples.entries()) {
    const title = titles.get(id);
    if (title !== undefined) times.set(title, (times.get(title) ?? 0) + timeDeltas[at]!);
  }
}

/** The part of each node, by the functions that it was called from; none for what does not count. */
function titlesOf(nodes: CpuProfile['nodes']): ReadonlyMap<number, string | undefined> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const stackOf = (id: number): readonly string[] => {
    const stack: string[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      stack.push(byId.get(at)!.callFrame.functionName);
    }
    return stack;
  };
  return new Map(nodes.map(({ id }) => [id, titleOf(stackOf(id))]));
}

function titleOf(stack: readonly string[]): string | undefined {
  if (stack[0] !== '(garbage collector)' && uncounted.has(stack[0]!)) return undefined;
  if (stack.includes('post')) return undefined;
  return parts.find(({ functions }) => functions.some((name) => stack.includes(name)))?.title ?? rest;
}
