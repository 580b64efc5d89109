import type { Format } from '../format.ts';

/** The list of chats. */
export const chats = {
  title: 'Chats',
  list: 'Your chats',
  settings: 'Settings',
  importChats: 'Import chats',
  restore: 'Restore a backup',
  sample: 'Add sample chats',
  count: (messages: number, format: Format) =>
    format.plural(messages, { one: '# message', other: '# messages' }),
  mine: (text: string) => `You: ${text}`,
  said: (who: string, text: string) => `${who}: ${text}`,
  unsaved: (messages: number, format: Format) =>
    format.plural(messages, {
      one: '# message is only on this device',
      other: '# messages are only on this device',
    }),
  unsavedNever: 'Back them up, so that they outlive it',
  unsavedSince: 'They come with the next backup',
  emptyTitle: 'No chats yet',
  emptyText:
    'Drop a chat that you exported from WhatsApp, restore a backup, or look around with sample chats.',
  kinds: {
    image: 'Photo',
    video: 'Video',
    voice: 'Voice message',
    audio: 'Audio',
    document: 'Document',
    sticker: 'Sticker',
    contact: 'Contact',
    location: 'Location',
    deleted: 'Deleted message',
  },
};
