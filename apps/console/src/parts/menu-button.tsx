import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { createPortal } from 'react-dom';
import { Button } from './button.js';
import { Icon } from './icon.js';

export interface MenuItem {
  readonly label: string;
  readonly onSelect: () => void;
}

interface MenuButtonProps {
  /** What it is read out as: it has only a sign. */
  readonly description: string;
  readonly items: readonly MenuItem[];
}

/** WAI-ARIA menu button: arrows move, Escape closes, the focus returns to the button. */
export function MenuButton({ description, items }: MenuButtonProps): ReactElement {
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
        title="Actions"
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" />
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
      {items.map(({ label, onSelect }) => (
        <button
          key={label}
          type="button"
          role="menuitem"
          onClick={() => {
            onClose();
            onSelect();
          }}
        >
          {label}
        </button>
      ))}
    </div>
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
