import type { Category } from './entry.ts';

const databases = /\.(?:db|sqlite|sqlite3)(?:\.crypt\d+)?$/i;
const mediaFolder = /(?:^|\/)Media\//;
const mediaFiles =
  /\.(?:jpe?g|png|gif|webp|heic|heif|avif|mp4|m4v|mov|3gp|mkv|webm|opus|ogg|oga|m4a|mp3|aac|amr|wav)$/i;

/**
 * What a file is, by its path: everything below a folder `Media` (as WhatsApp keeps it) and pictures, films and
 * sound elsewhere are media; other databases are messages.
 */
export function categoryOfPath(path: string): Category {
  if (mediaFolder.test(path)) return 'media';
  if (databases.test(path)) return 'messages';
  return mediaFiles.test(path) ? 'media' : 'other';
}
