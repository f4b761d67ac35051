import { documentDigest, type PlantDocument } from '@fieldwarden/config';
import type { SealedGeneration } from '../sealed-generation.js';

export interface SampleOptions {
  readonly site?: string;
  readonly generation?: number;
  /** Divided over two drivers of two devices each. */
  readonly tags?: number;
  /** Makes the content another one. */
  readonly flavour?: string;
}

/** A generation as an authority would hand it over. */
export function sampleGeneration({ site = 'lab', generation = 1, ...content }: SampleOptions = {}): SealedGeneration {
  const document = samplePlant({ site, ...content });
  const origin = { site, generation, publishedAtMs: 1_790_000_000_000 + generation, author: 'engineer' };
  return { ...origin, message: `publish ${generation}`, rollbackOf: null, ...documentDigest(document), document };
}

export function samplePlant({ site = 'lab', tags = 20, flavour = 'plain' }: SampleOptions): PlantDocument {
  const perDevice = tags / 4;
  const driver = (d: number): NonNullable<PlantDocument['drivers']>[number] => ({
    id: `line-${d}`,
    type: 'modbus',
    options: { host: '127.0.0.1', port: 5020 + d },
    devices: [0, 1].map((v) => ({
      id: `unit-${v}`,
      options: { unitId: v },
      tags: Array.from({ length: perDevice }, (_, t) => ({
        path: `hall/line${d}/unit${v}/signal${t}`,
        address: 400_001 + 2 * t,
        dataType: 'float32',
        description: `${flavour} signal ${t}`,
        unit: '°C',
      })),
    })),
  });
  return { version: 1, site, drivers: [driver(0), driver(1)] };
}
