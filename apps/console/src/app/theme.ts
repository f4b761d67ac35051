import { createStore } from '../state/store.js';

export type Theme = 'system' | 'light' | 'dark';

const storageKey = 'fieldwarden-theme';

export const themeStore = createStore<Theme>(storedTheme());

function storedTheme(): Theme {
  const stored = localStorage.getItem(storageKey);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** `system` leaves it to the style sheet's media query. */
export function applyTheme(): void {
  const theme = themeStore.get();
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(storageKey, theme);
  themeStore.set(theme);
  applyTheme();
}
