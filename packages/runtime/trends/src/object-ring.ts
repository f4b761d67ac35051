import type { StatusCode, TagValue } from '@fieldwarden/core';
import type { TrendPoint } from './trend-ring.js';

interface Sample extends TrendPoint {
  readonly bytes: number;
}

/** The same for values that are no single number: texts, arrays, 64-bit integers. Bounded in bytes too: the newest sample always stays. */
export class ObjectRing {
  readonly #capacity: number;
  readonly #maxBytes: number;
  readonly #samples: Sample[] = [];
  #bytes = 0;
  #forgot = false;

  constructor(capacity: number, maxBytes: number) {
    this.#capacity = capacity;
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get forgot(): boolean {
    return this.#forgot;
  }

  get lastAtMs(): number {
    return this.#samples.at(-1)?.sourceAtMs ?? -Infinity;
  }

  get lastStatus(): StatusCode | undefined {
    return this.#samples.at(-1)?.status;
  }

  record(sourceAtMs: number, value: TagValue | null, status: StatusCode): void {
    const last = this.#samples.at(-1);
    if (last && Math.floor(last.sourceAtMs / 1_000) === Math.floor(sourceAtMs / 1_000)) this.#drop(this.#samples.pop());
    const bytes = estimatedBytes(value);
    this.#samples.push({ sourceAtMs, value, status, bytes });
    this.#bytes += bytes;
    while (this.#samples.length > 1 && (this.#samples.length > this.#capacity || this.#bytes > this.#maxBytes)) {
      this.#drop(this.#samples.shift());
      this.#forgot = true;
    }
  }

  forEach(visit: (sourceAtMs: number, value: TagValue | null, status: StatusCode) => void): void {
    for (const { sourceAtMs, value, status } of this.#samples) visit(sourceAtMs, value, status);
  }

  #drop(sample: Sample | undefined): void {
    this.#bytes -= sample?.bytes ?? 0;
  }
}

/** Of the sample and its value, roughly as V8 has them. */
function estimatedBytes(value: TagValue | null): number {
  const sample = 96;
  if (typeof value === 'string') return sample + 2 * value.length;
  if (value instanceof Uint8Array) return sample + 64 + value.byteLength;
  if (!Array.isArray(value)) return sample + 32;
  return (value as readonly unknown[]).reduce<number>(
    (sum, element) => sum + (typeof element === 'string' ? 16 + 2 * element.length : 16),
    sample,
  );
}
