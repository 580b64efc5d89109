import { join } from 'node:path';
import type { FrontDoor, Mount } from '@strongroom/chatd';
import { serveBuiltinCloud } from '@strongroom/clouds/builtin-server';
import { folderStore } from '@strongroom/clouds/folder';
import { toHex } from '@strongroom/core';

/** Adds the built-in cloud to a front door: a folder for each account, by the sessions that the front door knows. */
export function mountCloud(frontDoor: Pick<FrontDoor, 'authenticate'>, folder: string): Mount {
  return (app) =>
    serveBuiltinCloud(app, (authorization) => {
      const { accountId } = frontDoor.authenticate(authorization);
      return folderStore(join(folder, toHex(accountId)));
    });
}
