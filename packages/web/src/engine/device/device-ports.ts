import { BuiltinStore } from '@strongroom/clouds';
import type { OpenCloud } from '@strongroom/client';
import { StrongroomError } from '@strongroom/core';

/** The one cloud that a page can reach: that of the server it comes from. */
export const builtinCloud = 'builtin:';

/** @throws StrongroomError `wrong-usage` for any other cloud */
export const openCloud: OpenCloud = (url, { server, token }) => {
  if (url === builtinCloud) return new BuiltinStore({ server: server(), token });
  throw new StrongroomError('wrong-usage', { why: 'The app knows the cloud of its own server alone.' });
};

const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

const systems: readonly (readonly [RegExp, string])[] = [
  [/Android/, 'Android'],
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/CrOS/, 'ChromeOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'Mac'],
  [/Linux/, 'Linux'],
];

/** How this browser is shown to a person's other devices: `Chrome on Android`. */
export function deviceNameOf(userAgent: string): string {
  const find = (names: typeof browsers): string | undefined =>
    names.find(([pattern]) => pattern.test(userAgent))?.[1];
  const browser = find(browsers) ?? 'A browser';
  const system = find(systems);
  return system === undefined ? browser : `${browser} on ${system}`;
}
