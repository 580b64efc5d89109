import { User, Users } from 'lucide-react';
import type { ReactElement } from 'react';
import { classNames } from './class-names.ts';
import styles from './Avatar.module.css';
import { hueOf, initialsOf } from './initials.ts';

/** A person or a group: initials on a calm colour that stays theirs. An ornament: the name stands beside it. */
export function Avatar({
  name,
  isGroup = false,
  size = 40,
}: {
  readonly name: string;
  readonly isGroup?: boolean;
  readonly size?: 32 | 40 | 72;
}): ReactElement {
  const initials = initialsOf(name);
  const Icon = isGroup ? Users : User;
  return (
    <span
      aria-hidden
      className={classNames(styles.avatar, styles[`hue${hueOf(name)}`], styles[`size${size}`])}
    >
      {isGroup || initials === '' ? <Icon size={size / 2} /> : initials}
    </span>
  );
}
