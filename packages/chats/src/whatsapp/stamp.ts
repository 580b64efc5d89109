/** Date and time of a line as they are written; which of the three numbers is which is not told yet. */
export interface Stamp {
  /** The numbers of the date in their order. */
  readonly date: readonly [number, number, number];
  /** Whether the first, or the last, has four digits: then it is the year. */
  readonly year: 'first' | 'last' | 'unknown';
  /** People who set dots say the day first. */
  readonly dots: boolean;
  /** 0 to 23. */
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

// The zeros of the digits in which people write: Arabic, Persian, Devanagari, Bengali, Gurmukhi, Gujarati, Oriya,
// Tamil, Telugu, Kannada, Malayalam, Thai, Lao, Tibetan, Burmese, Khmer, and wide ones.
const zeros = [
  0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040,
  0x17e0, 0xff10,
];

const morning =
  /^(am|öö|ص|صباحا|صباحًا|午前|오전|上午|凌晨|清晨|早上|fm|ap|dop|قظ|pg|pagi|sa|дп|πμ|de|पूर्वाह्न|पूर्वा|vorm|de la mañana|de la madrugada|da manhã|da madrugada|in the morning|at night|सुबह|রাত|সকাল)$/;
const evening =
  /^(pm|ös|م|مساء|مساءً|午後|오후|下午|中午|傍晚|晚上|em|ip|odp|بظ|ptg|petang|tengah hari|siang|sore|malam|ch|пп|μμ|du|अपराह्न|अप|nachm|de la tarde|de la noche|da tarde|da noite|in the afternoon|in the evening|noon|दोपहर|शाम)$/;
const connecting = /^(klo|kl|um|at|à|às|a las|los|om|o|у|в|lúc|की)$/;

const date = String.raw`(\d{1,4})\s?([./\-年년])\s?(\d{1,2})\s?[./\-月월]\s?(\d{1,4})\s?[.日일]?(?:\s?be)?`;
const time = String.raw`(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?`;
const words = String.raw`([^\d\[\]]{0,24}?)`;
const dateFirst = new RegExp(`^${date}${words}${time}${words}$`);
const timeFirst = new RegExp(`^${time}${words},?\\s${date}$`);

/** @param text what stands before the message: between brackets on iOS, before the dash on Android */
export function readStamp(text: string): Stamp | undefined {
  const clean = ascii(text);
  const found = dateFirst.exec(clean);
  if (found !== null) {
    const [, a, separator, b, c, between, hour, minute, second, after] = found;
    return stamp([a!, b!, c!], separator!, [hour!, minute!, second], [between!, after!]);
  }
  const [, hour, minute, second, after, a, separator, b, c] = timeFirst.exec(clean) ?? [];
  if (hour === undefined) return undefined;
  return stamp([a!, b!, c!], separator!, [hour, minute!, second], [after!]);
}

/** Digits as 0 to 9, spaces as one kind, small letters; no marks of direction. */
export function ascii(text: string): string {
  return text
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, '')
    .replace(/\P{ASCII}/gu, digit)
    .replace(/\s+/g, ' ')
    .replace(/[،、，]/g, ',')
    .trim()
    .toLowerCase();
}

function digit(character: string): string {
  const code = character.codePointAt(0)!;
  const zero = zeros.find((zero) => code >= zero && code <= zero + 9);
  return zero === undefined ? character : String(code - zero);
}

function stamp(
  numbers: readonly [string, string, string],
  separator: string,
  [h, m, s]: readonly [string, string, string | undefined],
  between: readonly string[],
): Stamp | undefined {
  const half = halfOf(between);
  const hour = hourOf(Number(h), half);
  const minute = Number(m);
  const second = Number(s ?? 0);
  if (half === 'unknown' || hour === undefined || minute > 59 || second > 59) return undefined;
  const [a, b, c] = numbers;
  if (a.length === 3 || c.length === 3 || (a.length === 4 && c.length === 4)) return undefined;
  const year = a.length === 4 ? 'first' : c.length === 4 ? 'last' : 'unknown';
  return { date: [Number(a), Number(b), Number(c)], year, dots: separator === '.', hour, minute, second };
}

type Half = 'am' | 'pm' | 'none' | 'unknown';

function halfOf(between: readonly string[]): Half {
  let half: Half = 'none';
  for (const text of between) {
    const word = text.replace(/[.,]/g, '').replace(/\s+/g, ' ').trim();
    const joined = word.replace(/ (?=.$)/, '');
    if (word === '' || connecting.test(word)) continue;
    if (morning.test(word) || morning.test(joined)) half = 'am';
    else if (evening.test(word) || evening.test(joined)) half = 'pm';
    else return 'unknown';
  }
  return half;
}

function hourOf(hour: number, half: Half): number | undefined {
  if (hour > 23) return undefined;
  // Some write 14:05 PM.
  if (half === 'none' || half === 'unknown' || hour > 12) return hour;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}
