import { Menu as BaseMenu } from '@base-ui/react/menu';
import { EllipsisVertical, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { classNames } from './class-names.ts';
import { IconButton } from './IconButton.tsx';
import styles from './Menu.module.css';

/** One line of a menu. */
export interface MenuItem {
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly tone?: 'plain' | 'danger';
  readonly disabled?: boolean;
  readonly onSelect: () => void;
}

/** An icon button that opens a menu. Keyboard: arrows, letters, Escape. */
export function Menu({
  label,
  items,
  icon = EllipsisVertical,
}: {
  /** Of the button. */
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly icon?: LucideIcon;
}): ReactElement {
  return (
    <BaseMenu.Root modal={false}>
      <BaseMenu.Trigger render={<IconButton icon={icon} label={label} />} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner align="end" sideOffset={4} className={styles.positioner}>
          <BaseMenu.Popup className={styles.menu}>
            {items.map(({ label: text, icon: Icon, tone = 'plain', disabled = false, onSelect }) => (
              <BaseMenu.Item
                key={text}
                disabled={disabled}
                onClick={onSelect}
                className={classNames(styles.item, styles[tone])}
              >
                {Icon && <Icon size={20} aria-hidden />}
                {text}
              </BaseMenu.Item>
            ))}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}
