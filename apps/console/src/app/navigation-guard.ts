import { createStore } from '../state/store.js';

/** Set by a page with unsaved changes: what would be lost. */
export const unsavedWork = createStore<string | null>(null);

/** A navigation that waits for the operator's word. */
export const heldNavigation = createStore<(() => void) | null>(null);

/** Goes at once, or asks first if something would be lost. */
export function leaveBy(go: () => void): void {
  if (unsavedWork.get() === null) go();
  else heldNavigation.set(go);
}

/** The browser's own question when the tab is closed or reloaded. */
export function guardUnload(): () => void {
  const ask = (event: BeforeUnloadEvent): void => {
    if (unsavedWork.get() !== null) event.preventDefault();
  };
  window.addEventListener('beforeunload', ask);
  return () => window.removeEventListener('beforeunload', ask);
}
