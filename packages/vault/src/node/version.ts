/** Of this package, for metrics and logs. */
export const VERSION = '0.1.0';
