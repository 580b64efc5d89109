import type { Attribute, Handle, Template } from 'pkcs11js';
import type { Session } from './sessions.ts';

// No token of a vault holds nearly as many objects of one kind.
const maxObjects = 1000;

/** The objects that fit a template. */
export function findObjects({ module, handle }: Session, template: Template): readonly Handle[] {
  module.C_FindObjectsInit(handle, template);
  try {
    return module.C_FindObjects(handle, maxObjects);
  } finally {
    module.C_FindObjectsFinal(handle);
  }
}

/** Values of attributes that a token shows. */
export function readAttributes(
  { module, handle }: Session,
  object: Handle,
  types: readonly number[],
): readonly Buffer[] {
  const asked: Attribute[] = types.map((type) => ({ type }));
  return module.C_GetAttributeValue(handle, object, asked).map(({ value }) => value);
}

/** Whether attributes of an object have these values, by its own word. */
export function hasFlags(session: Session, object: Handle, flags: ReadonlyMap<number, boolean>): boolean {
  const values = readAttributes(session, object, [...flags.keys()]);
  return [...flags.values()].every((wanted, at) => (values[at]?.[0] === 1) === wanted);
}

/** Attributes of a template. */
export function flagsOf(flags: ReadonlyMap<number, boolean>): Template {
  return [...flags].map(([type, value]) => ({ type, value }));
}
