export function isSecure(url: string): boolean {
  return url.toLowerCase().startsWith('ldaps:');
}

/** Undefined for what is no URL of a server. */
export function hostOf(url: string): string | undefined {
  if (!/^ldaps?:\/\/[^/?#@]+\/?$/i.test(url) || !URL.canParse(url)) return undefined;
  return new URL(url).hostname.replace(/^\[|\]$/g, '') || undefined;
}
