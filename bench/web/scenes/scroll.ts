import type { CDPSession, Page } from 'playwright-core';
import { percentile } from '../../report/statistics.ts';
import { fling, type FlingReport } from '../page/fling.ts';
import { takeThreadReport } from '../page/thread.ts';
import { importLongChat, rareWord } from '../people.ts';
import { sample, type Sample } from '../sample.ts';
import { phonePage, phoneSlowdown, type Stage } from '../stage.ts';

const flings = [
  { name: 'flung', speed: 6000, times: 6 },
  { name: 'flung hard', speed: 30_000, times: 6 },
] as const;

/** A long chat: opened at its end, flung, searched. */
export async function scroll(stage: Stage, messages: number): Promise<readonly Sample[]> {
  const context = await stage.device();
  const page = await phonePage(context, { network: false });
  const devtools = await context.newCDPSession(page);
  const found: Sample[] = [];
  await slow(devtools, 1);
  const began = performance.now();
  await importLongChat(page, stage.addresses.app, messages);
  found.push(sample('long chat: import', 'ms', performance.now() - began));
  await slow(devtools, phoneSlowdown);
  await page.goto(`${stage.addresses.app}/`);
  found.push(sample('long chat: open at its end', 'ms', await open(page)));
  for (const rate of [1, phoneSlowdown]) {
    await slow(devtools, rate);
    for (const { name, ...how } of flings) {
      await page.evaluate(takeThreadReport);
      const report = await page.evaluate(fling, how);
      const { longTasks } = await page.evaluate(takeThreadReport);
      found.push(...smoothness(`${name}${rate === 1 ? '' : `, ${rate}× slower`}`, report, longTasks));
    }
  }
  found.push(sample('long chat: search for its oldest message', 'ms', await search(page)));
  await context.close();
  return found;
}

async function slow(devtools: CDPSession, rate: number): Promise<void> {
  await devtools.send('Emulation.setCPUThrottlingRate', { rate });
}

async function open(page: Page): Promise<number> {
  const chat = page.locator('[aria-label="Your chats"] [role=listitem] a').first();
  await chat.waitFor();
  const began = performance.now();
  await chat.click();
  await page.locator('[aria-label="Messages"] [role=listitem] time').last().waitFor();
  return performance.now() - began;
}

async function search(page: Page): Promise<number> {
  await page.getByRole('button', { name: 'Search in this chat' }).click();
  const began = performance.now();
  await page.getByLabel('Words to find').fill(rareWord);
  await page.locator('mark').first().waitFor();
  return performance.now() - began;
}

function smoothness(
  how: string,
  { frames, rows, blank, longestBlank }: FlingReport,
  longTasks: readonly number[],
): readonly Sample[] {
  return [
    sample(`${how}: frames`, 'count', frames.length),
    sample(`${how}: frames of more than 50 ms`, 'count', frames.filter((gap) => gap > 50).length),
    sample(`${how}: a frame, p50`, 'ms', percentile(frames, 50)),
    sample(`${how}: a frame, p99`, 'ms', percentile(frames, 99)),
    sample(`${how}: the longest frame`, 'ms', Math.max(...frames)),
    sample(`${how}: long tasks`, 'count', longTasks.length),
    sample(`${how}: blank rows`, 'percent', (100 * blank) / rows),
    sample(`${how}: something blank, the longest`, 'ms', longestBlank),
  ];
}
