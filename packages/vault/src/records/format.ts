/**
 * The latest format of records and of the fleet's state that this version reads. It writes format 0 alone. A version
 * that has a new one writes it when no node of the version before runs any more: see docs/operating.md.
 */
export const LATEST_FORMAT = 0;
