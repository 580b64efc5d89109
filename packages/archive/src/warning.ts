/** Something that did not go as it should and does not stop the rest. */
export interface Warning {
  readonly code:
    | 'bad-name' // a name that is not text; the file is left out
    | 'special-file' // a socket, device or pipe; left out
    | 'own-folder' // it belongs to the backup itself, which would grow by itself; left out
    | 'unreadable' // could not be read; the version of the last snapshot is kept, if there is one
    | 'vanished' // was gone when it was to be read; left out
    | 'changed' // changed while it was read, twice; stored as it was read
    | 'journal' // the journal was unusable and is begun anew
    | 'damaged' // something earlier in the archive is damaged; its content is stored again
    | 'other-key' // an object is sealed under a key that is not in use; it is left out
    | 'kept'; // the target has another file there already, which was left as it is
  /** What it is about; a path in most cases. */
  readonly path: string;
  /** A sentence for people. */
  readonly message: string;
}

export type OnWarning = (warning: Warning) => void;
