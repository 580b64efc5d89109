export { dateDigits, day, startOfDay, timesOf, weekDigits } from './calendar.ts';
export { type Dice, diceOf } from './dice.ts';
export { editMessages } from './edits.ts';
export { type Chat, history, type Message } from './history.ts';
export { kindsOf, type MediaFile, mediaFile, type MediaKind } from './media.ts';
export { type Conversation, conversations, languageOf } from './people.ts';
export { addChats, addMessages, type HashOf, readChats } from './store.ts';
export { messageType, schema, systemAction } from '../database/schema.ts';
