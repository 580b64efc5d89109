/** The most extents, and the most patches, in one record; an entry with more goes on in the next. */
export const extentsPerRecord = 16_384;

/** The most records in a group. */
export const recordsPerGroup = 4096;
