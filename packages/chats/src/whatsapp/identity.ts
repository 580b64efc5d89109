import type { ExportedMessage } from './read-export.ts';

/**
 * Names the messages of an export, one after the other, so that the same message of another export of the same chat
 * gets the same name: by what is written, when, by whom, and how many such there were before. The time is taken as it
 * is written, so that a journey through time zones changes nothing. Files count as files, whether left out or not:
 * their names hold numbers that change from export to export.
 */
export function identify(): (message: ExportedMessage) => string {
  const seen = new Map<string, number>();
  return (message) => {
    const { date, stamp, from = '', kind, text, file } = message;
    const what = file === undefined ? kind : 'media';
    const time = [...date, stamp.hour, stamp.minute, stamp.second].join(' ');
    const name = hash([time, from, what, text].join('\n'));
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count === 0 ? name : `${name}-${count}`;
  };
}

// 128 bits of MurmurHash3's mixing, four lanes: spread well, and fast where SHA-256 would be asynchronous. Whoever makes
// two messages collide on purpose loses one of them from an export of their own.
function hash(text: string): string {
  const lanes = [0x9747b28c, 0x3c6ef372, 0xa54ff53a, 0x510e527f];
  for (let at = 0; at < text.length; at++) {
    const lane = at & 3;
    const unit = Math.imul(text.charCodeAt(at) ^ (at << 16), 0xcc9e2d51);
    const mixed = lanes[lane]! ^ Math.imul((unit << 15) | (unit >>> 17), 0x1b873593);
    lanes[lane] = (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
    lanes[(lane + 1) & 3] = lanes[(lane + 1) & 3]! ^ lanes[lane];
  }
  return lanes.map((lane, at) => hex(finish(lane ^ text.length ^ lanes[(at + 1) & 3]!))).join('');
}

function finish(lane: number): number {
  const once = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}

function hex(lane: number): string {
  return lane.toString(16).padStart(8, '0').toUpperCase();
}
