/** One figure of a process. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const mostLines = 20_000;

/** Reads Prometheus' text format (version 0.0.4); what is no sample is passed by. */
export function parseMetrics(text: string): readonly Sample[] {
  return text.split('\n', mostLines).flatMap((one) => {
    const [, name, labels = '', value = ''] = line.exec(one) ?? [];
    if (name === undefined) return [];
    const read = [...labels.matchAll(label)].map(([, key, said]) => [key!, said!] as const);
    return [{ name, labels: new Map(read), value: value === '+Inf' ? Infinity : Number(value) }];
  });
}
