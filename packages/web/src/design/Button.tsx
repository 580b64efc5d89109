import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import styles from './Button.module.css';
import { classNames } from './class-names.ts';

/** How a button looks. One `primary` a screen; `danger` only when something can be lost. */
export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger';

/** What a button is given: what the element takes, and these. */
export interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  readonly children: ReactNode;
  readonly variant?: ButtonVariant;
  /** As wide as what it is in. */
  readonly wide?: boolean;
  /** Something it started is under way: it stays focused, and does nothing. */
  readonly busy?: boolean;
  readonly icon?: LucideIcon;
}

/** A button with words. */
export function Button({
  children,
  variant = 'secondary',
  wide = false,
  busy = false,
  icon: Icon,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps): ReactElement {
  return (
    <button
      {...rest}
      type={busy ? 'button' : type}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? undefined : onClick}
      className={classNames(styles.button, styles[variant], wide && styles.wide)}
    >
      {busy ? <span className={styles.spinner} /> : Icon && <Icon size={18} aria-hidden />}
      <span>{children}</span>
    </button>
  );
}

/** A link to another screen that looks like a button. */
export function ButtonLink({
  children,
  href,
  replace = false,
  variant = 'secondary',
  wide = false,
  icon: Icon,
}: Pick<ButtonProps, 'children' | 'variant' | 'wide' | 'icon'> & {
  readonly href: string;
  readonly replace?: boolean;
}): ReactElement {
  return (
    <Link
      href={href}
      replace={replace}
      className={classNames(styles.button, styles[variant], wide && styles.wide)}
    >
      {Icon && <Icon size={18} aria-hidden />}
      <span>{children}</span>
    </Link>
  );
}
