// What takes the focus by itself after something has gone does so before this, milliseconds.
const patience = 80;

/**
 * Keeps the focus on the page. A browser drops it when what had it goes away, or can be used no more; it then goes to
 * the list that it was in, or to the heading of what is seen, so that whoever uses a keyboard or a screen reader goes
 * on from there and not from the beginning.
 * @returns what ends it
 */
export function keepFocus(): () => void {
  let last: Element | undefined;
  let list: HTMLElement | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const note = ({ target }: FocusEvent): void => {
    if (!(target instanceof Element)) return;
    last = target;
    list = target.closest<HTMLElement>('[role="region"][tabindex="0"]');
  };
  const look = (): void => {
    if (last !== undefined && isLost(last)) refuge(list)?.focus({ preventScroll: true });
  };
  const observer = new MutationObserver(() => {
    if (last === undefined || !isGone(last)) return;
    clearTimeout(timer);
    timer = setTimeout(look, patience);
  });
  document.addEventListener('focusin', note);
  observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ['disabled'] });
  return () => {
    observer.disconnect();
    clearTimeout(timer);
    document.removeEventListener('focusin', note);
  };
}

function isGone(element: Element): boolean {
  return !element.isConnected || element.matches(':disabled');
}

function isLost(element: Element): boolean {
  const { activeElement: now } = document;
  return isGone(element) && (now === null || now === document.body || isGone(now));
}

function refuge(list: HTMLElement | null): HTMLElement | null {
  if (list?.isConnected === true) return list;
  return (
    // A sheet makes what is below it inert. What passes is a dialog, too, but not a modal one.
    document.querySelector<HTMLElement>('[role="dialog"]:not([aria-modal="false"])') ??
    document.querySelector<HTMLElement>('main h1') ??
    document.querySelector<HTMLElement>('h1')
  );
}
