import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { allowed, type May } from '../access/may.js';
import { Button } from './button.js';
import { Icon } from './icon.js';

export interface MenuItem {
  readonly label: string;
  readonly onSelect: () => void;
  /** Whether the person before the screen may do it; if not, it says why. */
  readonly may?: May;
}

interface MenuButtonProps {
  /** What it is read out as. */
  readonly description: string;
  readonly items: readonly MenuItem[];
  /** What it looks like. Default: a sign that says there is more. */
  readonly children?: ReactNode;
}

/** WAI-ARIA menu button: arrows move, Escape closes, the focus returns to the button. */
export function MenuButton({ description, items, children }: MenuButtonProps): ReactElement {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLSpanElement>(null);
  const close = (): void => {
    setOpen(false);
    button.current?.querySelector('button')?.focus();
  };
  return (
    <span ref={button}>
      <Button
        small
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={description}
        title={children === undefined ? 'Actions' : undefined}
        onClick={() => setOpen(!open)}
      >
        {children ?? <Icon name="more" />}
      </Button>
      {open &&
        button.current &&
        createPortal(
          <Menu anchor={button.current} items={items} onClose={close} />,
          button.current.closest('main') ?? document.body,
        )}
    </span>
  );
}

interface MenuProps {
  readonly anchor: HTMLElement;
  readonly items: readonly MenuItem[];
  readonly onClose: () => void;
}

function Menu({ anchor, items, onClose }: MenuProps): ReactElement {
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (menu.current) place(menu.current, anchor);
    menu.current?.querySelector('button')?.focus();
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !menu.current?.contains(event.target) && !anchor.contains(event.target))
        onClose();
    };
    document.addEventListener('pointerdown', outside);
    window.addEventListener('scroll', onClose, true);
    return () => {
      document.removeEventListener('pointerdown', outside);
      window.removeEventListener('scroll', onClose, true);
    };
  });
  return (
    <div className="menu" role="menu" ref={menu} onKeyDown={(event) => moveFocus(event, onClose)}>
      {items.map((item) => (
        <Item key={item.label} item={item} onClose={onClose} />
      ))}
    </div>
  );
}

function Item({ item, onClose }: { readonly item: MenuItem; readonly onClose: () => void }): ReactElement {
  const { label, onSelect, may = allowed } = item;
  if (!may.allowed)
    return (
      <button type="button" role="menuitem" aria-disabled="true" title={may.reason}>
        {label}
      </button>
    );
  return (
    <button
      type="button"
      role="menuitem"
      onClick={() => {
        onClose();
        onSelect();
      }}
    >
      {label}
    </button>
  );
}

/** Below the button, or above it where there is no room; never beyond the window. */
function place(menu: HTMLElement, anchor: HTMLElement): void {
  const button = anchor.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = button.bottom + height + 8 <= window.innerHeight;
  menu.style.top = `${below ? button.bottom + 4 : Math.max(4, button.top - height - 4)}px`;
  menu.style.left = `${Math.max(4, Math.min(button.left, window.innerWidth - width - 8))}px`;
}

const steps: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_at, count) => count - 1,
};

function moveFocus(event: KeyboardEvent<HTMLDivElement>, onClose: () => void): void {
  if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault();
    onClose();
  }
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  const items = [...event.currentTarget.querySelectorAll('button')];
  items[step(items.indexOf(document.activeElement as HTMLButtonElement), items.length)]?.focus();
}
