export type Quality = 'good' | 'uncertain' | 'bad';

/** OPC UA Part 4, 7.39: the two most significant bits of a status code are its severity. */
export function qualityOf(statusCode: number): Quality {
  const severity = statusCode >>> 30;
  return severity === 0 ? 'good' : severity === 1 ? 'uncertain' : 'bad';
}

export const qualityMarks: Readonly<Record<Quality, string>> = { good: '✓', uncertain: '?', bad: '✕' };
