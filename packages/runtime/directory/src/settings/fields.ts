import { z } from 'zod';

/** A duration in whole milliseconds. */
export function durationMs(says: string, min: number, max: number, defaultsTo: number) {
  return z
    .int()
    .min(min)
    .max(max)
    .default(defaultsTo)
    .meta({
      description: `${says} Range: ${min} to ${max}. Default: ${defaultsTo}.`,
      unit: 'ms',
      examples: [defaultsTo],
    });
}

export function caFile(of: string) {
  return z
    .string()
    .min(1)
    .max(4096)
    .nullable()
    .default(null)
    .meta({
      description: `File in PEM with the authority that signed the certificate of ${of}. Default: those that the system trusts.`,
      examples: ['/etc/fieldwarden/directory-ca.pem'],
    });
}

export function secret(says: string, example: string) {
  return z
    .string()
    .max(4096)
    .nullable()
    .default(null)
    .meta({ description: `${says}, as a reference to a secret. Default: none.`, examples: [example] });
}
