import { storeOf, type SettableStore } from '../../../shell/store.ts';

/**
 * The words that are searched for in all chats. Not in the address: a page that is loaded again would tell them to
 * the server. Kept while the page is open, so that one comes back from a message to what was found.
 */
export const searchWords: SettableStore<string> = storeOf('');
