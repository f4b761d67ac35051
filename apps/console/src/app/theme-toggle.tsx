import type { ReactElement } from 'react';
import { Button } from '../parts/button.js';
import { useStore } from '../state/store.js';
import { chooseTheme, themeStore, type Theme } from './theme.js';

const next: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };
const words: Readonly<Record<Theme, string>> = { system: 'system', light: 'light', dark: 'dark' };

export function ThemeToggle(): ReactElement {
  const theme = useStore(themeStore);
  return (
    <Button small onClick={() => chooseTheme(next[theme])} title={`Switch to ${words[next[theme]]}`}>
      Theme: {words[theme]}
    </Button>
  );
}
