import { type Bytes, concat } from '@strongroom/core';
import { type Field, readFields, writeFields } from './fields.ts';
import { mutate, oddVarints } from './mutate.ts';
import { oddKeys } from './odd-keys.ts';
import type { Rng } from './rng.ts';

/** One change of the fields of a message. `others` are those of more messages of the kind. */
type FieldMutation = (fields: readonly Field[], rng: Rng, others: readonly Field[]) => readonly Field[];

const mostDepth = 4;
const longest = 64 * 1024;
const highestNumber = 2 ** 29 - 1;

const mutations: readonly FieldMutation[] = [
  function drop(fields, rng) {
    return fields.toSpliced(rng.below(fields.length), 1);
  },
  function repeat(fields, rng) {
    const field = rng.pick(fields);
    const times = Array.from({ length: 1 + rng.small(30) }, () => field);
    return fields.toSpliced(rng.below(fields.length + 1), 0, ...times);
  },
  function reorder(fields, rng) {
    const from = rng.below(fields.length);
    return fields.toSpliced(from, 1).toSpliced(rng.below(fields.length), 0, fields[from]!);
  },
  function swapContents(fields, rng) {
    const [a, b] = [rng.below(fields.length), rng.below(fields.length)];
    return fields
      .with(a, { ...fields[a]!, content: fields[b]!.content })
      .with(b, { ...fields[b]!, content: fields[a]!.content });
  },
  function takeFromAnother(fields, rng, others) {
    const taken = rng.pick(others);
    const same = fields.findIndex(({ number }) => number === taken.number);
    return same < 0 ? [...fields, taken] : fields.with(same, taken);
  },
  function renumber(fields, rng) {
    const number = rng.pick([1 + rng.below(20), 1 + rng.below(20), highestNumber]);
    return changed(fields, rng, (field) => ({ ...field, number }));
  },
  function changeType(fields, rng) {
    return changed(fields, rng, (field) => ({ ...field, type: rng.below(8) }));
  },
  function lieAboutLength(fields, rng) {
    const off = rng.pick([1, -1, 127, 2 ** 20, 2 ** 31 - 1]);
    return changed(fields, rng, (field) => ({ ...field, length: Math.max(0, field.content.length + off) }));
  },
  function oddNumber(fields, rng) {
    return changed(fields, rng, (field) => ({ ...field, type: 0, content: rng.pick(oddVarints) }));
  },
  function otherLength(fields, rng) {
    const length = rng.pick([0, 1, 15, 16, 17, 31, 32, 33, 64, 96, rng.small(3000)]);
    return changed(fields, rng, (field) => ({ ...field, content: resized(field.content, length) }));
  },
  function oddKey(fields, rng) {
    return changed(fields, rng, (field) => ({ ...field, content: withOddKey(rng, field.content) }));
  },
  function noise(fields, rng) {
    return changed(fields, rng, (field) => ({ ...field, content: rng.bytes(field.content.length) }));
  },
  function unknownField(fields, rng) {
    const unknown = {
      number: rng.pick([19, 1000, highestNumber]),
      type: 2,
      content: rng.bytes(rng.small(500)),
    };
    return fields.toSpliced(rng.below(fields.length + 1), 0, unknown);
  },
  function bytesWithin(fields, rng) {
    return changed(fields, rng, (field) => ({ ...field, content: mutate(rng, [field.content]) }));
  },
];

/**
 * A valid message with one or a few of its fields changed, at any depth; at times with its bytes changed instead.
 * Without anything to change in it, a message of one unknown field.
 */
export function mutateMessage(rng: Rng, messages: readonly Bytes[], depth = 0): Bytes {
  if (rng.oneIn(8)) return mutate(rng, messages);
  const fields = readFields(rng.pick(messages)) ?? [];
  if (fields.length === 0) return Uint8Array.of(0x7a, 0x01, rng.below(256));
  const nested = depth < mostDepth && rng.oneIn(2) ? withinOne(fields, rng, depth) : undefined;
  if (nested !== undefined) return writeFields(nested).slice(0, longest);
  let next = fields;
  const others = messages.flatMap((message) => readFields(message) ?? []);
  for (let n = 1 + rng.small(4); n > 0 && next.length > 0; n--) next = rng.pick(mutations)(next, rng, others);
  return writeFields(next).slice(0, longest);
}

/** Bytes with a key in them, at a place where one may be, that is none or has a fault. */
export function withOddKey(rng: Rng, bytes: Bytes): Bytes {
  const key = rng.pick(oddKeys);
  if (bytes.length <= key.length) return key;
  const places = Math.floor(bytes.length / key.length);
  const at = rng.below(places) * key.length;
  return concat(bytes.subarray(0, at), key, bytes.subarray(at + key.length));
}

function withinOne(fields: readonly Field[], rng: Rng, depth: number): readonly Field[] | undefined {
  const at = rng.below(fields.length);
  const field = fields[at]!;
  const isMessage = field.type === 2 && (readFields(field.content)?.length ?? 0) > 0;
  if (!isMessage) return undefined;
  return fields.with(at, { ...field, content: mutateMessage(rng, [field.content], depth + 1) });
}

function changed(fields: readonly Field[], rng: Rng, change: (field: Field) => Field): readonly Field[] {
  const at = rng.below(fields.length);
  return fields.with(at, change(fields[at]!));
}

function resized(content: Bytes, length: number): Bytes {
  return concat(content.subarray(0, length), new Uint8Array(Math.max(0, length - content.length)));
}
