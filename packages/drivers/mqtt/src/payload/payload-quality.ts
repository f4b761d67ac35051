import { statusCodes, type StatusCode, type StatusName } from '@fieldwarden/core';

/** What a plant may say that a word of a payload means. */
export const qualityWords = ['good', 'uncertain', 'bad'] as const;

export type QualityMap = Readonly<Record<string, (typeof qualityWords)[number]>>;

const statusOfWord: Readonly<Record<(typeof qualityWords)[number], StatusCode>> = {
  good: statusCodes.Good,
  uncertain: statusCodes.Uncertain,
  bad: statusCodes.Bad,
};

/**
 * The quality that a payload says: by the plant's own words, else an OPC UA status as number or by name, `good`, `uncertain`, `bad`, or true
 * and false. What is none of these, or missing, is Uncertain: somebody meant to say something.
 */
export function statusOfQuality(json: unknown, words: QualityMap | undefined): StatusCode {
  if (words) {
    const key = String(json);
    return Object.hasOwn(words, key) ? statusOfWord[words[key]] : statusCodes.Uncertain;
  }
  switch (typeof json) {
    case 'boolean':
      return json ? statusCodes.Good : statusCodes.Bad;
    case 'number':
      return Number.isInteger(json) && json >= 0 && json <= 0xffff_ffff ? json : statusCodes.Uncertain;
    case 'string':
      return statusOfText(json.trim());
    default:
      return statusCodes.Uncertain;
  }
}

function statusOfText(text: string): StatusCode {
  const word = text.toLowerCase();
  if (Object.hasOwn(statusOfWord, word)) return statusOfWord[word as keyof typeof statusOfWord];
  return Object.hasOwn(statusCodes, text) ? statusCodes[text as StatusName] : statusCodes.Uncertain;
}
