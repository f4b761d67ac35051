import react from '@vitejs/plugin-react';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

const assets = new URL('dist/assets/', import.meta.url);

/** Only what this build writes is emptied: the compiler keeps its own notes in dist. */
const emptyAssets = {
  name: 'empty-assets',
  apply: 'build',
  buildStart: () => rmSync(assets, { recursive: true, force: true }),
};

/** `x.gz` beside each `x`, once for all: the gateway sends it to whoever takes gzip. */
const compressAssets = {
  name: 'compress-assets',
  apply: 'build',
  closeBundle: () => {
    for (const name of readdirSync(assets).filter((each) => /\.(js|css|svg)$/.test(each))) {
      const bytes = readFileSync(new URL(name, assets));
      writeFileSync(new URL(`${name}.gz`, assets), gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }));
    }
  },
};

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react(), emptyAssets, compressAssets],
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
