import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Where pictures go; the tests name it. */
export const screenshotsDir = process.env.FIELDWARDEN_SCREENSHOTS ?? join(tmpdir(), 'fieldwarden-screenshots');

export async function takePicture(page: Page, name: string): Promise<string> {
  mkdirSync(screenshotsDir, { recursive: true });
  const file = join(screenshotsDir, `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled' });
  return file;
}
