import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactElement } from 'react';
import { Link } from 'wouter';
import styles from './IconButton.module.css';

/** What an icon button is given: what the element takes, and these. */
export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'children'> {
  readonly icon: LucideIcon;
  /** Read aloud, and shown when one rests on it. */
  readonly label: string;
}

/** A button of an icon alone, 44 px. */
export function IconButton({ icon: Icon, label, type = 'button', ...rest }: IconButtonProps): ReactElement {
  return (
    <button {...rest} type={type} aria-label={label} title={label} className={styles.button}>
      <Icon size={22} aria-hidden />
    </button>
  );
}

/** A link to another screen, of an icon alone. */
export function IconLink({
  icon: Icon,
  label,
  href,
}: Pick<IconButtonProps, 'icon' | 'label'> & { readonly href: string }): ReactElement {
  return (
    <Link href={href} aria-label={label} title={label} className={styles.button}>
      <Icon size={22} aria-hidden />
    </Link>
  );
}
