import { common } from './en/common.ts';
import { shell } from './en/shell.ts';
import { errors } from './en/errors.ts';
import { welcome } from './en/welcome.ts';
import { settings } from './en/settings.ts';
import { chats } from './en/chats.ts';
import { conversation } from './en/conversation.ts';
import { search } from './en/search.ts';
import { signIn } from './en/signIn.ts';
import { backup } from './en/backup.ts';
import { restore } from './en/restore.ts';
import { key } from './en/key.ts';
import { devices } from './en/devices.ts';
import { events } from './en/events.ts';
import { importing } from './en/importing.ts';

/** Every text of the app, in English. Its shape is the type that every language has. */
export const en = {
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

/** Every text of the app. */
export type Words = typeof en;
