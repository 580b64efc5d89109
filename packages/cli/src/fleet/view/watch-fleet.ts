import { setTimeout as pause } from 'node:timers/promises';
import type { LocalFleet } from '../local/index.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { FleetObserver, type Sight } from './observer.ts';
import { Screen } from './screen.ts';
import { changes, sightLines, trafficText } from './words.ts';

const every = 1000;
const keptNews = 5;
// Of requests, where lines are not drawn over, looks.
const tellEvery = 10;

/** Shows how a fleet fares until the signal is aborted: drawn over itself, as lines of news, or as lines of JSON. */
export async function watchFleet(fleet: LocalFleet, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const observer = new FleetObserver(fleet);
  const show = terminal.options.json ? jsonLines() : process.stdout.isTTY ? drawn() : newsLines(terminal);
  // `fleet down` in another terminal ends it, too.
  while (!signal.aborted && fleet.runs) {
    show(await observer.look());
    await pause(every, undefined, { signal }).catch(() => undefined);
  }
}

type Show = (sight: Sight) => void;

function jsonLines(): Show {
  return ({ at, status, traffic }) => {
    process.stdout.write(
      `${JSON.stringify({ at: new Date(at).toISOString(), ...status, requests: traffic })}\n`,
    );
  };
}

function drawn(): Show {
  const screen = new Screen(process.stdout);
  let before: Sight | undefined;
  let news: readonly string[] = [];
  return (sight) => {
    const changed = before === undefined ? [] : changes(before.status, sight.status);
    news = [...news, ...changed.map((line) => `${clock(sight.at)} ${line}`)].slice(-keptNews);
    before = sight;
    screen.draw([...sightLines(sight), '', ...news]);
  };
}

function newsLines(terminal: Terminal): Show {
  let before: Sight | undefined;
  let looks = 0;
  return (sight) => {
    const codes = sight.codes.filter((code) => before?.codes.includes(code) !== true);
    const lines = [...changes(before?.status, sight.status), ...codes];
    if (++looks % tellEvery === 0 && sight.traffic.perSecond > 0)
      lines.push(`requests: ${trafficText(sight.traffic)}`);
    for (const line of lines) terminal.say(`${clock(sight.at)} ${line}`);
    before = sight;
  };
}

function clock(time: number): string {
  return new Date(time).toTimeString().slice(0, 8);
}
