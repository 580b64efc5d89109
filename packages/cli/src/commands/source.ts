import type { Command } from 'commander';
import type { Source } from '@strongroom/archive';
import { folderSource } from '@strongroom/archive/node';
import type { Device } from '@strongroom/client';
import { folderOfCloud } from '@strongroom/client/node';

/** What of the paths is backed up. */
export interface SourceOptions {
  readonly videos: boolean;
  readonly exclude: string[];
}

/** Adds the options that say what is left out. */
export function addSourceOptions(command: Command): Command {
  return command
    .option(
      '--exclude <pattern>',
      'leave out paths that match, such as "*.tmp" (in every folder) or "Media/Trash"; may be repeated',
      collect,
      [],
    )
    .option('--no-videos', 'leave videos out');
}

/** The files and folders to back up, without those that backups are kept in themselves. */
export function openSource(
  paths: readonly string[],
  { videos, exclude }: SourceOptions,
  { state }: Device,
  profile: string,
  cloud: string,
): Promise<Source> {
  const clouds = [cloud, ...(state.plain ?? []).map((place) => place.cloud)];
  return folderSource(paths, {
    exclude: { patterns: exclude.flatMap(everywhere), videos: !videos },
    ownFolders: [profile, ...clouds.map(folderOfCloud)].filter((folder) => folder !== undefined),
  });
}

// A list of patterns in one option would take the paths behind it for more of them.
function collect(pattern: string, before: readonly string[]): string[] {
  return [...before, pattern];
}

// As for `restore --only`: a pattern without `/` is looked for in every folder.
function everywhere(pattern: string): string[] {
  const bare = pattern.replace(/^\/|\/$/g, '');
  return bare.includes('/') ? [bare] : [bare, `**/${bare}`];
}
