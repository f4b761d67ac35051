import { useEffect, type ReactElement } from 'react';
import type { Tone } from '../fleet/state-words.js';
import { browserClock } from '../platform/browser-clock.js';
import { createStore, useStore } from '../state/store.js';
import { Icon } from './icon.js';

interface Toast {
  readonly id: number;
  readonly tone: Extract<Tone, 'good' | 'warning' | 'fault'>;
  readonly text: string;
}

const shownMs = 8_000;
const shownAtOnce = 4;

const toasts = createStore<readonly Toast[]>([]);
let lastId = 0;

/** Says in the corner what became of something. Failures belong where they happened; this is for what is done. */
export function toast(tone: Toast['tone'], text: string): void {
  lastId += 1;
  const next = { id: lastId, tone, text };
  toasts.update((shown) => [...shown, next].slice(-shownAtOnce));
}

function dismiss(id: number): void {
  toasts.update((shown) => shown.filter((other) => other.id !== id));
}

export function Toasts(): ReactElement {
  const shown = useStore(toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((one) => (
        <ToastNote key={one.id} {...one} />
      ))}
    </div>
  );
}

function ToastNote({ id, tone, text }: Toast): ReactElement {
  useEffect(() => browserClock.after(shownMs, () => dismiss(id)), [id]);
  return (
    <div className={`note tone-${tone}`}>
      <Icon name={tone === 'good' ? 'check' : tone === 'warning' ? 'warning' : 'fault'} />
      <span className="detail">{text}</span>
      <button type="button" className="button plain small" aria-label="Dismiss" onClick={() => dismiss(id)}>
        <Icon name="close" />
      </button>
    </div>
  );
}
