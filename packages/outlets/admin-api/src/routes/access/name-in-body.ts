/** What a request is about, for the audit: also of one that was refused before it was read. */
export function nameInBody(body: unknown): string {
  const { name } = (body ?? {}) as { readonly name?: unknown };
  return typeof name === 'string' ? name.slice(0, 64) : '';
}
