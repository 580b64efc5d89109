import { resolve } from 'node:path';
import { BuiltinStore } from '@strongroom/clouds';
import { folderStore } from '@strongroom/clouds/folder';
import { nodeHttp } from '@strongroom/clouds/node';
import { StrongroomError } from '@strongroom/core';
import type { OpenCloud } from '../device.ts';

// Connections are kept from one cloud to the next.
const http = nodeHttp();

/**
 * Opens the cloud that a URL names: `folder:/path`, or `builtin:` for the server that the device is signed in to.
 * @throws StrongroomError `wrong-usage` for any other URL
 */
export const openCloud: OpenCloud = (url, { server, token }) => {
  const [scheme, rest] = split(url);
  if (scheme === 'folder' && rest !== '') return folderStore(rest);
  if (scheme === 'builtin' && rest === '') return new BuiltinStore({ server: server(), token, http });
  throw new StrongroomError('wrong-usage', {
    why: `--cloud takes folder:/path or builtin:, not "${url}". Other clouds are not there yet.`,
  });
};

/** The folder that a `folder:` URL names; nothing for other clouds. */
export function folderOfCloud(url: string): string | undefined {
  const [scheme, rest] = split(url);
  return scheme === 'folder' && rest !== '' ? resolve(rest) : undefined;
}

/** The URL with a relative folder made absolute, so that it means the same from anywhere. */
export function absoluteCloud(url: string): string {
  const folder = folderOfCloud(url);
  return folder === undefined ? url : `folder:${folder}`;
}

function split(url: string): [scheme: string, rest: string] {
  const colon = url.indexOf(':');
  return colon < 0 ? [url, ''] : [url.slice(0, colon), url.slice(colon + 1)];
}
