export { databaseVersion, migrate } from './database/migrations.ts';
export { messageType, schema, systemAction } from './database/schema.ts';
export {
  asTransaction,
  numberOf,
  type SqlDatabase,
  type SqlRow,
  type SqlValue,
} from './database/sql-database.ts';
export { openSearchIndex, type SearchIndex } from './search/search-index.ts';
export { ChatStore, type ChatStoreOptions } from './store/chat-store.ts';
export { kindOfFile, mimeTypeOf } from './store/kinds.ts';
export { safeName } from './store/media-path.ts';
export type { IsPresent } from './store/read-messages.ts';
export type {
  ChatView,
  Counts,
  Mark,
  MediaView,
  MessageKind,
  MessageView,
  NewMedia,
  NewMessage,
  NoticeKind,
  SearchHit,
} from './store/views.ts';
export { type SampleChatsOptions, sampleChats } from './samples/sample-chats.ts';
export {
  importExport,
  type ImportChoices,
  type Imported,
  type ImportProgress,
  lookAtExport,
  type MediaSink,
} from './whatsapp/import-export.ts';
export type { ExportPreview } from './whatsapp/read-export.ts';
export { exportChat, type ExportOptions } from './whatsapp/write-export.ts';
