import { borg } from './borg.ts';
import type { Peer } from './peer.ts';
import { rclone } from './rclone.ts';
import { restic } from './restic.ts';
import { strongroom } from './strongroom.ts';
import { tar } from './tar.ts';

/** Ours first, then the others, by the name that `--peers` takes. */
export const peers: Readonly<Record<string, Peer>> = { strongroom, restic, borg, rclone, tar };
