const systemTheme = '(prefers-color-scheme: dark)';

export const isSystemDark = (): boolean => matchMedia(systemTheme).matches;

/** Colours are drawn, not styled: a system that turns dark in the evening asks for a new drawing. */
export function onSystemTheme(changed: () => void): () => void {
  const query = matchMedia(systemTheme);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}
