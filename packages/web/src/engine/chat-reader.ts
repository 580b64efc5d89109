import type { ChatRooms } from './chats/chat-rooms.ts';
import type { Engine } from './contract.ts';

/** What of an engine only reads chats: it can be asked before the rest is there. */
export type ChatReader = Pick<Engine, 'chats' | 'messages' | 'search' | 'media' | 'mediaOf'>;

/** Reads the chats for the screens. @param onList hears when they were listed */
export function readerOf(rooms: ChatRooms, onList: () => void): ChatReader {
  return {
    chats: async () => {
      const list = rooms.list();
      onList();
      return list;
    },
    messages: async (...asked) => rooms.messages(...asked),
    search: async (...asked) => rooms.search(...asked),
    media: async (path) => rooms.media(path),
    mediaOf: async (...asked) => rooms.mediaOf(...asked),
  };
}
