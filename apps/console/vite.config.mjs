import react from '@vitejs/plugin-react';
import { rmSync } from 'node:fs';
import { defineConfig } from 'vite';

/** Only what this build writes is emptied: the compiler keeps its own notes in dist. */
const emptyAssets = {
  name: 'empty-assets',
  apply: 'build',
  buildStart: () => rmSync(new URL('dist/assets', import.meta.url), { recursive: true, force: true }),
};

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react(), emptyAssets],
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    // A strict Content-Security-Policy allows neither inline scripts nor data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
});
