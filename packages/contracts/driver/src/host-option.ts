import { hostFault, plainHost } from '@fieldwarden/core';
import { z } from 'zod';

/**
 * The schema of an option that names a host: every driver and service that connects to a peer takes this one, so that all refuse the same
 * texts with the same words. Yields an IPv6 address without brackets.
 */
export function hostOption(meta: { readonly description: string; readonly examples?: readonly string[] }) {
  return z
    .string()
    .min(1)
    .max(253)
    .superRefine((text, context) => {
      const fault = text === '' ? undefined : hostFault(text);
      if (fault !== undefined) context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} ${fault}` });
    })
    .overwrite(plainHost)
    .meta({ examples: ['192.168.0.10'], ...meta });
}
