/** One language's stock of names and talk. `{slot}` in a sentence stands for one of the slot's words. */
export interface Language {
  /** Digits that its speakers' phone numbers begin with. */
  readonly prefix: string;
  readonly names: readonly string[];
  readonly groups: readonly string[];
  readonly sentences: readonly string[];
  readonly short: readonly string[];
  readonly slots: Readonly<Record<string, readonly string[]>>;
}

/** Slots that every language shares. */
export const hours: readonly string[] = [
  '7:15',
  '8',
  '8:30',
  '9:45',
  '10',
  '11:20',
  '12:30',
  '13:00',
  '14:15',
  '16',
  '17:30',
  '18:45',
  '19',
  '20:10',
  '21:30',
];

export const numbers: readonly string[] = [
  '2',
  '3',
  '4',
  '5',
  '6',
  '8',
  '10',
  '12',
  '15',
  '18',
  '20',
  '25',
  '30',
  '40',
  '45',
  '50',
  '60',
  '75',
  '90',
];

export const emoji: readonly string[] = [
  '😂',
  '❤️',
  '👍',
  '🙏',
  '😘',
  '🎉',
  '😅',
  '🤔',
  '🔥',
  '😍',
  '🥳',
  '😭',
  '👌',
  '🙈',
  '☀️',
  '🌧️',
  '🍕',
  '⚽',
  '🚲',
  '🐶',
  '👍🏽',
  '👨‍👩‍👧',
  '🏳️‍🌈',
  '🇧🇷',
];
