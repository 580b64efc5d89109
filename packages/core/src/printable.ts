// Control characters, line and paragraph separators, and what turns the direction of writing: whoever chooses a file's
// name must not be able to steer a terminal or forge a line.
const steering = /[\p{Cc}\p{Cs}\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** A text from outside as one line that is safe to show: each character that would steer is U+FFFD. */
export function printable(text: string): string {
  return text.replaceAll(steering, '\uFFFD');
}
