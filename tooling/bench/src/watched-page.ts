import type { ConsolePage } from '@fieldwarden/acceptance/console';

interface Counting {
  heardValues?: number;
}

/** Makes the page watch more tags than it shows, and counts what it hears. Call before it is loaded. */
export async function watchAlso({ page }: ConsolePage, more: readonly string[]): Promise<void> {
  await page.route('**/api/v1/events/streams/*/tags', async (route) => {
    const { paths } = route.request().postDataJSON() as { readonly paths: readonly string[] };
    await route.continue({ postData: JSON.stringify({ paths: [...new Set([...paths, ...more])] }) });
  });
  await page.addInitScript(countHeard);
}

/** Beside the listener of the page itself. */
function countHeard(): void {
  const counting = globalThis as Counting;
  globalThis.EventSource = class extends EventSource {
    constructor(url: string | URL, options?: EventSourceInit) {
      super(url, options);
      this.addEventListener('tag', ({ data }: MessageEvent<string>) => {
        counting.heardValues = (counting.heardValues ?? 0) + data.split('"path":').length - 1;
      });
    }
  };
}

export interface PageRates {
  readonly framesPerSecond: number;
  readonly valuesPerSecond: number;
}

/** Pictures drawn and values heard by the page during that time. */
export async function ratesOf({ page }: ConsolePage, windowMs: number): Promise<PageRates> {
  return await page.evaluate(async (lengthMs) => {
    const counting = globalThis as Counting;
    const startMs = performance.now();
    const heardBefore = counting.heardValues ?? 0;
    let frames = 0;
    while (performance.now() - startMs < lengthMs) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      frames += 1;
    }
    const seconds = (performance.now() - startMs) / 1_000;
    const heard = (counting.heardValues ?? 0) - heardBefore;
    return { framesPerSecond: frames / seconds, valuesPerSecond: heard / seconds };
  }, windowMs);
}
