import { Menu as BaseMenu } from '@base-ui/react/menu';
import { EllipsisVertical, type LucideIcon } from 'lucide-react';
import { useEffect, useState, type KeyboardEvent, type ReactElement } from 'react';
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

/** What a menu is given. */
export interface MenuProps {
  /** Of the button. */
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly icon?: LucideIcon;
}

/** An icon button that opens a menu. Keyboard: arrows, letters, Escape. */
export function Menu(props: MenuProps): ReactElement {
  const { label, icon = EllipsisVertical } = props;
  // A menu that was never opened is a button: the rest of it takes longer to make than the screen that it stands on.
  const [used, setUsed] = useState(false);
  if (used) return <UsedMenu {...props} icon={icon} />;
  const open = (): void => setUsed(true);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    open();
  };
  return (
    <IconButton
      icon={icon}
      label={label}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={open}
      onKeyDown={onKeyDown}
    />
  );
}

function UsedMenu({ label, items, icon }: Required<MenuProps>): ReactElement {
  // Made closed, and opened then, so that it comes in.
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(true), []);
  return (
    <BaseMenu.Root modal={false} open={open} onOpenChange={setOpen}>
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
