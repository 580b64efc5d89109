import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromiumPath } from '../../../tools/chromium.ts';
import { chromium } from 'playwright-core';

// Draws the app's icons from the mark: run it when the mark changes, and commit what comes of it.

const folder = join(import.meta.dirname, '../public/icons');
const sizes = [
  { name: 'icon-180.png', size: 180, mark: 0.72, radius: 0 },
  { name: 'icon-192.png', size: 192, mark: 0.74, radius: 0.22 },
  { name: 'icon-512.png', size: 512, mark: 0.74, radius: 0.22 },
  // Whatever shape a phone cuts, the inner 80 % stay.
  { name: 'maskable-512.png', size: 512, mark: 0.58, radius: 0 },
];

await writeFile(
  join(folder, 'mark.svg'),
  mark('<style>g{color:#1f6f54}@media(prefers-color-scheme:dark){g{color:#5fbf9b}}</style>'),
);
const browser = await chromium.launch({
  executablePath: chromiumPath,
  args: ['--no-sandbox'],
});
for (const { name, size, mark: part, radius } of sizes) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const inset = (size * (1 - part)) / 2;
  await page.setContent(`<body style="margin:0;background:transparent">
    <div style="width:${size}px;height:${size}px;box-sizing:border-box;padding:${inset}px;background:#1f6f54;color:#f7f5f0;border-radius:${size * radius}px">${mark()}</div>`);
  await page.screenshot({ path: join(folder, name), omitBackground: true });
}
await browser.close();

function mark(style = ''): string {
  const ticks = Array.from(
    { length: 10 },
    (_, tick) => `<path d="M42.9 7.6a43 43 0 0 1 14.2 0" transform="rotate(${36 * (tick + 0.5)} 50 50)"/>`,
  ).join('');
  const hole =
    '<circle cx="50" cy="45.5" r="9.5"/><path d="M50 45 57 66a2.5 2.5 0 0 1-2.4 3.2h-9.2a2.5 2.5 0 0 1-2.4-3.2z"/>';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">${style}<g fill="currentColor"><g fill="none" stroke="currentColor" stroke-width="6" stroke-linecap="round">${ticks}<circle cx="50" cy="50" r="30" stroke-width="3.5"/></g>${hole}</g></svg>\n`;
}
