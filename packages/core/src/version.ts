/** Of all of Strongroom, for `--version`, metrics and logs. */
export const VERSION: string = '0.1.0';
