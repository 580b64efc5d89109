import { ArrowLeft } from 'lucide-react';
import { useEffect, useId, useRef, type ReactElement, type ReactNode } from 'react';
import { usePane } from '../shell/pane.ts';
import { useGoBack } from '../shell/navigation.ts';
import { useWords } from '../words/use-words.ts';
import { classNames } from './class-names.ts';
import { IconButton } from './IconButton.tsx';
import styles from './Screen.module.css';
import { offsetOf, rememberOffset } from './scroll-memory.ts';

/** What a top bar is given. */
export interface TopBarProps {
  readonly title: string;
  /** Where it leads back to when one came from elsewhere; absent: no way back is shown. */
  readonly back?: string;
  /** Icon buttons, menus. */
  readonly actions?: ReactNode;
  /** Before the title: an avatar. */
  readonly start?: ReactNode;
  /** Below the title, small. */
  readonly detail?: ReactNode;
}

/** What a screen is given: what its top bar is given, and these. */
export interface ScreenProps extends TopBarProps {
  readonly children: ReactNode;
  /** Stays below what scrolls: the one primary button. */
  readonly footer?: ReactNode;
  /** `padded`: a column to read; `bare`: what is in it fills it and scrolls by itself (a `VirtualList`). */
  readonly body?: 'padded' | 'bare';
}

/** A whole screen: names the page, takes the focus when one comes to it, keeps its scroll place. */
export function Screen({ children, footer, body = 'padded', ...bar }: ScreenProps): ReactElement {
  const id = useId();
  const heading = useArrival(bar.title);
  return (
    <section aria-labelledby={id} className={styles.screen}>
      <TopBar {...bar} id={id} heading={heading} />
      {body === 'bare' ? <div className={styles.bare}>{children}</div> : <Body>{children}</Body>}
      {footer !== undefined && <div className={styles.footer}>{footer}</div>}
    </section>
  );
}

function Body({ children }: { readonly children: ReactNode }): ReactElement {
  const body = useRef<HTMLDivElement>(null);
  const { entry } = usePane();
  useEffect(() => {
    body.current?.scrollTo({ top: offsetOf(entry) });
  }, [entry]);
  useReachable(body);
  return (
    <div
      ref={body}
      className={styles.body}
      onScroll={(event) => rememberOffset(entry, event.currentTarget.scrollTop)}
    >
      <div className={styles.column}>{children}</div>
    </div>
  );
}

// What can be scrolled must be reached by the keyboard, also where there is nothing in it to step to.
function useReachable(body: React.RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const inside = body.current?.querySelector('a, button, input, textarea, [tabindex="0"]');
    if (inside === null) body.current?.setAttribute('tabindex', '0');
    else body.current?.removeAttribute('tabindex');
  });
}

function TopBar({
  title,
  back,
  actions,
  start,
  detail,
  id,
  heading,
}: TopBarProps & {
  readonly id: string;
  readonly heading: React.RefObject<HTMLHeadingElement | null>;
}): ReactElement {
  const words = useWords();
  const { backIsShown } = usePane();
  const goBack = useGoBack();
  const shown = back !== undefined && backIsShown;
  return (
    <header className={classNames(styles.bar, shown && styles.withBack)}>
      {shown && <IconButton icon={ArrowLeft} label={words.common.back} onClick={() => goBack(back)} />}
      {start}
      <div className={styles.titles}>
        <h1 id={id} ref={heading} tabIndex={-1} className={styles.title}>
          {title}
        </h1>
        {detail !== undefined && <div className={styles.detail}>{detail}</div>}
      </div>
      <div className={styles.actions}>{actions}</div>
    </header>
  );
}

function useArrival(title: string): React.RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  const { isMain, takesFocus } = usePane();
  useEffect(() => {
    if (isMain) document.title = title === 'Strongroom' ? title : `${title} · Strongroom`;
  }, [title, isMain]);
  useEffect(() => {
    // A field that asked for the focus by itself keeps it.
    const inside = heading.current?.closest('section')?.contains(document.activeElement) === true;
    // A step within one address is a step, too; only a page that was just opened is read from its beginning.
    const steps = takesFocus || navigator.userActivation.hasBeenActive;
    if (isMain && steps && !inside) heading.current?.focus({ preventScroll: true });
  }, [isMain, takesFocus]);
  return heading;
}
