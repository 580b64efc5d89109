import type { Words } from './en.ts';
import { common } from './de/common.ts';
import { shell } from './de/shell.ts';
import { errors } from './de/errors.ts';
import { welcome } from './de/welcome.ts';
import { settings } from './de/settings.ts';
import { chats } from './de/chats.ts';
import { conversation } from './de/conversation.ts';
import { search } from './de/search.ts';
import { signIn } from './de/signIn.ts';
import { backup } from './de/backup.ts';
import { restore } from './de/restore.ts';
import { key } from './de/key.ts';
import { devices } from './de/devices.ts';
import { events } from './de/events.ts';
import { importing } from './de/importing.ts';

/** Every text of the app, in German. */
export const de: Words = {
  common,
  shell,
  errors,
  welcome,
  settings,
  chats,
  conversation,
  search,
  signIn,
  backup,
  restore,
  key,
  devices,
  events,
  importing,
};
