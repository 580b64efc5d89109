import type { Page } from 'playwright-core';

/** WCAG 1.4.12: what a person may set, without which the words cannot be read. */
const spacing = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-bottom: 2em !important; }`;

/** Lets the page have the spacing that some readers need, or its own again. Past its policy: as an extension does. */
export async function spaceText(page: Page, wide: boolean): Promise<void> {
  await page.evaluate(
    (css) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      document.adoptedStyleSheets = [sheet];
    },
    wide ? spacing : '',
  );
}

// What is only for screen readers, and what is drawn, has its own edges.
const noText = '.visually-hidden, svg, textarea, [role="list"] [aria-hidden]';

/** What stands beyond the edge of the page, or has to be scrolled to the side. */
export async function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(
    (passedOver) =>
      [...document.querySelectorAll('body *')]
        .filter((element) => element.closest(passedOver) === null)
        .filter((element) => {
          const { left, right, width } = element.getBoundingClientRect();
          const scrolls = /auto|scroll/.test(getComputedStyle(element).overflowX);
          const isOutside = width > 0 && (right > innerWidth + 1 || left < -1);
          return isOutside || (scrolls && element.scrollWidth > element.clientWidth + 1);
        })
        .map(({ tagName, textContent }) => `${tagName} ${textContent.slice(0, 40)}`),
    noText,
  );
}

// A list shows the beginning of what people wrote; fields are scrolled.
const mayBeCut = '[dir="auto"], .visually-hidden, svg, textarea, input';

/** Words of ours that are cut off. */
export async function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(
    (passedOver) =>
      [...document.querySelectorAll('main *, aside *, [role="status"] *')]
        .filter(
          (element) => element.closest(passedOver) === null && element.querySelector(passedOver) === null,
        )
        .filter((element) => {
          const { overflowX, overflowY } = getComputedStyle(element);
          const tooFarRight = element.scrollWidth > element.clientWidth + 1;
          const tooFarDown = element.scrollHeight > element.clientHeight + 2;
          const [cutsRight, cutsDown] = [/hidden|clip/.test(overflowX), /hidden|clip/.test(overflowY)];
          return element.textContent !== '' && ((cutsRight && tooFarRight) || (cutsDown && tooFarDown));
        })
        .map(({ tagName, textContent }) => `${tagName} ${textContent.slice(0, 60)}`),
    mayBeCut,
  );
}

/** How much of the height is left for what is scrolled, of every pane. */
export async function readingHeights(page: Page): Promise<number[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('main')].map((pane) => {
      const scrollers = [pane, ...pane.querySelectorAll('*')].filter((element) => {
        const { overflowY } = getComputedStyle(element);
        return /auto|scroll/.test(overflowY) && element.tagName !== 'TEXTAREA';
      });
      return Math.max(...scrollers.map(({ clientHeight }) => clientHeight), 0);
    }),
  );
}

// Seconds.
const blink = 0.001;

/** What moves for longer than a blink although nothing should. */
export async function motion(page: Page): Promise<string[]> {
  return page.evaluate((most) => {
    const takesTime = (durations: string): boolean =>
      durations.split(',').some((duration) => Number.parseFloat(duration) > most);
    const moves = (element: Element, part?: string): boolean => {
      const style = getComputedStyle(element, part);
      const animates = style.animationName !== 'none' && takesTime(style.animationDuration);
      return animates || style.scrollBehavior === 'smooth' || takesTime(style.transitionDuration);
    };
    return [...document.querySelectorAll('*')]
      .filter((element) => moves(element) || moves(element, '::before') || moves(element, '::after'))
      .map((element) => `${element.tagName}.${element.className}`);
  }, blink);
}

const controls = 'button svg, a svg, [role="img"], [role="progressbar"]';

/** Icons that have the colour of what they stand on. */
export async function vanished(page: Page): Promise<string[]> {
  return page.evaluate(
    (icons) =>
      [...document.querySelectorAll(icons)]
        .filter((element) => element.getBoundingClientRect().width > 0)
        .filter((element) => {
          let at = element.parentElement;
          while (at !== null && /, 0\)$|transparent/.test(getComputedStyle(at).backgroundColor))
            at = at.parentElement;
          return getComputedStyle(element).color === getComputedStyle(at ?? document.body).backgroundColor;
        })
        .map((element) => (element.closest('button, a') ?? element).outerHTML.slice(0, 120)),
    controls,
  );
}
