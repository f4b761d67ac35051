import { expect } from 'vitest';
import { seriousFindings } from './accessibility.js';
import type { ConsolePage } from './console-page.js';
import { takePicture } from './screenshots.js';

const widthsPx = [1_280, 820];
const themes = ['light', 'dark'] as const;

/** In both themes and widths: a picture; no scrolling sideways; nothing that keeps somebody out. */
export async function looksRight(page: ConsolePage, name: string): Promise<void> {
  for (const width of widthsPx) {
    await page.page.setViewportSize({ width, height: 900 });
    for (const colorScheme of themes) {
      await page.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await takePicture(page.page, `${name}-${colorScheme}-${width}`);
      expect(await page.overflowPx(), `${name} at ${width} px`).toBe(0);
      if (colorScheme === 'dark' && width !== widthsPx[0]) continue; // colours are the same at every width
      expect(await seriousFindings(page), `${name}, ${colorScheme}, ${width} px`).toEqual([]);
    }
  }
  await page.page.setViewportSize({ width: widthsPx[0], height: 900 });
}
