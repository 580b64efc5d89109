import { type Content, type HasFile, isGenerated, noticeText, readContent } from './content.ts';
import { type CalendarDate, dateOf, type DateOrder, DateOrders } from './date-order.ts';
import { entriesOf, type Entry } from './entries.ts';
import { linesOf } from './lines.ts';
import { malformed, notAnExport, type OpenExport } from './open-export.ts';
import { isNotice, isYou } from './placeholders.ts';
import { Senders } from './senders.ts';
import type { Stamp } from './stamp.ts';

const mostMessages = 5_000_000;
const mostParticipants = 10_000;

/** A message of an export, read. */
export interface ExportedMessage extends Content {
  readonly date: CalendarDate;
  readonly stamp: Stamp;
  /** Absent: a notice. */
  readonly from?: string;
}

/** What an export is, before it is read in. Times are milliseconds since 1970, in this device's time zone. */
export interface ExportPreview {
  readonly title: string;
  readonly isGroup: boolean;
  /** Who wrote, those who wrote most first. */
  readonly participants: readonly string[];
  /** Which of them one is oneself, when that can be told. */
  readonly me?: string;
  readonly messages: number;
  readonly media: number;
  readonly mediaBytes: number;
  readonly from: number;
  readonly to: number;
  /** Which of the two numbers of a date is the day could not be told. */
  readonly dayOrderUnclear: boolean;
  readonly unreadLines: number;
}

/** What was learned of an export by reading it once. */
export interface Learned {
  readonly senders: Senders;
  readonly order: DateOrder;
  readonly unclear: boolean;
  readonly hasFile: HasFile;
}

/**
 * Reads an export once, to learn whose it is and how it is written.
 * @throws StrongroomError not-an-export when no message is in it
 */
export async function learn(open: OpenExport): Promise<Learned> {
  const senders = new Senders();
  const orders = new DateOrders();
  let count = 0;
  for await (const entry of entries(open)) {
    if (++count > mostMessages) throw malformed('there are too many messages');
    senders.learn(entry);
    orders.add(entry.stamp);
  }
  if (count === 0) throw notAnExport('no line of it is a message');
  const { order, unclear } = orders.result();
  return { senders, order, unclear, hasFile: (name) => open.files.has(name.normalize('NFC')) };
}

/**
 * The messages of an export in its order.
 * @param onUnread called for each line that is in none
 */
export async function* messagesOf(
  open: OpenExport,
  { senders, hasFile }: Learned,
  order: DateOrder,
  onUnread: (line: string) => void = () => {},
): AsyncGenerator<ExportedMessage, void, undefined> {
  for await (const entry of entries(open, onUnread)) {
    const date = dateOf(entry.stamp, order);
    if (date === undefined) for (const line of entry.rest.split('\n')) onUnread(line);
    else yield readMessage(entry, date, senders, hasFile);
  }
}

function entries(
  open: OpenExport,
  onUnread?: (line: string) => void,
): AsyncGenerator<Entry, void, undefined> {
  return entriesOf(linesOf(open.text()), onUnread);
}

function readMessage(entry: Entry, date: CalendarDate, senders: Senders, hasFile: HasFile): ExportedMessage {
  const { from, text } = senders.said(entry);
  const { stamp } = entry;
  if (from === undefined) return { date, stamp, ...notice(text) };
  const content = readContent(text, hasFile);
  if (entry.ios && isGenerated(text, content)) return { date, stamp, ...notice(text), from };
  return { date, stamp, ...content, from };
}

function notice(text: string): Content {
  return { kind: 'system', text: noticeText(text), edited: false };
}

/** Where a message stands in time, in this device's time zone. */
export function timeOf({
  date: [year, month, day],
  stamp: { hour, minute, second },
}: ExportedMessage): number {
  return new Date(year, month - 1, day, hour, minute, second).getTime();
}

/**
 * Reads through an export without keeping it: who takes part, how much there is, what stays uncertain.
 * @throws StrongroomError malformed when it is damaged
 */
export async function previewOf(open: OpenExport, learned: Learned): Promise<ExportPreview> {
  const names = new Map<string, number>();
  const noticeOwners = new Set<string>();
  const used = new Set<string>();
  const tally = {
    messages: 0,
    media: 0,
    from: Number.POSITIVE_INFINITY,
    to: 0,
    unreadLines: 0,
    group: false,
  };
  const onUnread = (): void => void tally.unreadLines++;
  for await (const message of messagesOf(open, learned, learned.order, onUnread)) {
    tally.messages++;
    const time = timeOf(message);
    tally.from = Math.min(tally.from, time);
    tally.to = Math.max(tally.to, time);
    const { from, kind, file, text } = message;
    if (file !== undefined) tally.media++;
    if (file !== undefined && file !== '') used.add(file.normalize('NFC'));
    if (kind === 'system') tally.group ||= isNotice(text) && /["“”«»„「]/.test(text);
    if (from === undefined) continue;
    if (kind === 'system') noticeOwners.add(from);
    else if (names.size < mostParticipants || names.has(from)) names.set(from, (names.get(from) ?? 0) + 1);
  }
  const participants = [...names].toSorted((a, b) => b[1] - a[1]).map(([name]) => name);
  const owner = [...noticeOwners].find((name) => !names.has(name));
  const isGroup = isGroupOf(participants, open.title, owner, tally.group);
  const me = meOf(participants, open.title ?? owner, isGroup);
  const { group: _, ...counts } = tally;
  return {
    ...counts,
    title:
      open.title ??
      owner ??
      (participants
        .filter((name) => name !== me)
        .slice(0, 3)
        .join(', ') ||
        'WhatsApp'),
    isGroup,
    participants,
    ...(me === undefined ? {} : { me }),
    mediaBytes: [...used].reduce((sum, name) => sum + (open.files.get(name)?.size ?? 0), 0),
    from: tally.messages === 0 ? 0 : tally.from,
    dayOrderUnclear: learned.unclear,
  };
}

function isGroupOf(
  participants: readonly string[],
  title: string | undefined,
  owner: string | undefined,
  groupNotice: boolean,
): boolean {
  if (participants.length > 2 || groupNotice) return true;
  const name = title ?? owner;
  return participants.length === 2 && name !== undefined && !participants.includes(name);
}

function meOf(
  participants: readonly string[],
  title: string | undefined,
  isGroup: boolean,
): string | undefined {
  const you = participants.find(isYou);
  if (you !== undefined) return you;
  const others = participants.filter((name) => name !== title);
  return !isGroup && participants.length === 2 && others.length === 1 ? others[0] : undefined;
}
