/** Where an engine keeps what it has. Two places on one origin are two devices that know nothing of each other. */
export interface Place {
  /** A folder of OPFS, from its root. */
  readonly folder: string;
  /** What the names of its IndexedDB databases begin with. */
  readonly database: string;
  /** The Web Lock of the one engine that is at work there. */
  readonly lock: string;
  /** The channel by which tabs ask each other for the engine. */
  readonly channel: string;
}

const placeName = /^[a-z0-9-]{1,40}$/;

/** The place of a name. @throws RangeError when it is not lower-case letters, digits and `-` */
export function placeOf(name = 'strongroom'): Place {
  if (!placeName.test(name)) throw new RangeError('not the name of a place');
  return { folder: name, database: name, lock: `${name}-engine`, channel: `${name}-engine` };
}
