/** What a worker is called that starts the engine of its page before that says so. */
export const earlyName = 'engine, early';
