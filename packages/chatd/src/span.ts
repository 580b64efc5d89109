/** Runs something inside a span of a trace. Attributes say nothing about a person. */
export type Span = <T>(
  name: string,
  attributes: Readonly<Record<string, string>>,
  run: () => Promise<T>,
) => Promise<T>;

/** No traces: what is done unless they are asked for. */
export const untraced: Span = (_name, _attributes, run) => run();
