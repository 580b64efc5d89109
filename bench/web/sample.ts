/** One thing that was measured, once. */
export interface Sample {
  /** What was done, as a row of the table names it. */
  readonly what: string;
  readonly unit: Unit;
  readonly value: number;
  /** The most that it should be, if there is a budget. */
  readonly budget?: number;
}

export type Unit = 'ms' | 'bytes' | 'count' | 'percent';

/** A sample. */
export function sample(what: string, unit: Unit, value: number, budget?: number): Sample {
  return { what, unit, value, ...(budget !== undefined && { budget }) };
}
