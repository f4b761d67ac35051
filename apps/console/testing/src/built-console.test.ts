import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const page = readFileSync(`${dist}index.html`, 'utf8');
const assets = readdirSync(`${dist}assets`);

/** What the browser needs before it shows the first page: the page, its scripts and styles, and what those import at once. */
function firstLoad(): readonly string[] {
  const needed = new Set([...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((match) => match[1]));
  for (const file of needed) {
    const text = readFileSync(dist + file, 'utf8');
    for (const [, name] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) needed.add(`assets/${name}`);
  }
  return [...needed];
}

describe('the built console (§13)', () => {
  it('has nothing inline that a strict Content-Security-Policy would stop', () => {
    expect(page).not.toMatch(/<style|style="|\son\w+=/);
    for (const [tag] of page.matchAll(/<script\b[^>]*>/g)) expect(tag).toContain('src="/assets/');
  });

  it('loads nothing from elsewhere', () => {
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    for (const file of assets.filter((name) => name.endsWith('.css'))) {
      expect(readFileSync(`${dist}assets/${file}`, 'utf8')).not.toMatch(/@import|url\((?!data:)["']?(?:https?:)?\/\//);
    }
  });

  it('gives every file but the page a name of its content', () => {
    for (const name of assets) expect(name).toMatch(/-[\w-]{8}\.(?:js|css)(?:\.gz)?$/);
  });

  it('has every script and style compressed beside it', () => {
    const plain = assets.filter((name) => !name.endsWith('.gz'));
    expect(assets.filter((name) => name.endsWith('.gz'))).toEqual(plain.map((name) => `${name}.gz`));
    for (const name of plain) {
      const unpacked = gunzipSync(readFileSync(`${dist}assets/${name}.gz`));
      expect(unpacked.equals(readFileSync(`${dist}assets/${name}`)), name).toBe(true);
    }
  });

  it('needs at most 300 kB for the first page', () => {
    const files = firstLoad();
    const bytes = files.reduce((sum, file) => sum + statSync(`${dist + file}.gz`).size, gzipSync(page).length);
    expect(files.length).toBeGreaterThan(1);
    expect(bytes).toBeLessThan(300_000);
    expect(files.join(' ')).not.toMatch(/code-editor|draw-chart/);
  });
});
