import type { Page } from 'playwright-core';

// So long may something pass over what has the focus, such as a message that comes and goes, milliseconds.
const patience = 8000;
const step = 250;

// Of 50 milliseconds each.
const mostTries = 300;

/** What has the focus: how a screen reader calls it, and what is wrong with how it is seen. */
export interface Focus {
  readonly name: string;
  readonly faults: readonly string[];
}

/** What has the focus now. */
export async function focusOf(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    const { labels, ariaLabel } = element as HTMLInputElement;
    const label = ariaLabel ?? [...(labels ?? [])].map(({ textContent }) => textContent).join(' ');
    const name = (label || element.textContent || '').trim();
    if (element === document.body) return { name: '', faults: ['nothing has the focus'] };
    // Going to a heading is for whoever listens; what one can use has a ring round it.
    if (element.getAttribute('tabindex') === '-1') return { name, faults: [] };
    return { name, faults: [...ringFaults(), ...coverFaults()] };

    function ringFaults(): string[] {
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        const { outlineStyle, outlineWidth } = getComputedStyle(at);
        if (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2) return [];
        if (!at.matches(':focus-within') || at.matches('section, main, form, [role="dialog"]')) break;
      }
      return [`no ring: ${element.outerHTML.slice(0, 120)}`];
    }

    function coverFaults(): string[] {
      const { left, top, width, height } = element.getBoundingClientRect();
      if (width <= 1 || height <= 1) return [];
      const [x, y] = [
        Math.min(Math.max(left + width / 2, 1), innerWidth - 2),
        Math.min(Math.max(top + height / 2, 1), innerHeight - 2),
      ];
      const there = document.elementFromPoint(x, y);
      const related = there !== null && (element.contains(there) || there.contains(element));
      const isLabel = there?.closest('label')?.contains(element) === true;
      return related || isLabel ? [] : [`covered: ${element.outerHTML.slice(0, 120)}`];
    }
  });
}

/** A person with a keyboard and no pointer. Every stop on the way is looked at. */
export class Keyboard {
  readonly #page: Page;
  readonly faults: string[] = [];

  constructor(page: Page) {
    this.#page = page;
  }

  /** Steps on until something of this name has the focus. @throws Error when there is no such thing */
  async to(name: string | RegExp, key = 'Tab'): Promise<void> {
    const passed: string[] = [];
    for (let steps = 0; steps < 60; steps++) {
      const focus = await focusOf(this.#page);
      if (typeof name === 'string' ? focus.name === name : name.test(focus.name))
        return await this.#note(focus);
      // Past the last one there is the browser's own.
      if (focus.name !== '') await this.#note(focus);
      passed.push(focus.name.slice(0, 30));
      await this.#page.keyboard.press(key);
    }
    throw new Error(`${name} cannot be reached, only ${passed.join(' | ')}`);
  }

  /** Steps to something, and presses it. */
  async press(name: string | RegExp): Promise<void> {
    await this.to(name);
    await this.#page.keyboard.press('Enter');
  }

  /** Types where the focus is. */
  async type(text: string): Promise<void> {
    await this.#note(await focusOf(this.#page));
    await this.#page.keyboard.type(text);
  }

  /** Waits until a screen has come, and the focus with it. @param focus what has it then; by default anything in it */
  async arrive(title: string, focus?: string): Promise<void> {
    await this.#page.getByRole('main').getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
    for (let tries = 0; ; tries++) {
      const { name } = await focusOf(this.#page);
      const inside = await this.#page.evaluate(() =>
        document.querySelector('main')!.contains(document.activeElement),
      );
      if (inside && (focus === undefined ? name !== '' : name === focus)) return;
      if (tries === mostTries)
        throw new Error(`the focus did not come to ${focus ?? title}: it is at ${name}`);
      await this.#page.waitForTimeout(50);
    }
  }

  // What is on its way in or out is let pass first.
  async #note(seen: Focus): Promise<void> {
    if (seen.faults.length === 0) return;
    let now = seen;
    for (
      let waited = 0;
      waited < patience && now.name === seen.name && now.faults.length > 0;
      waited += step
    ) {
      await this.#page.waitForTimeout(step);
      now = await focusOf(this.#page);
    }
    if (now.name === seen.name) this.faults.push(...now.faults.map((fault) => `${now.name}: ${fault}`));
  }
}
