const part = '#setup=';

/** The set-up token in an address that was printed, `…/#setup=fw_…`. It never leaves the browser: what follows # is not sent. */
export function setUpTokenOf(hash: string): string {
  return hash.startsWith(part) ? decodeURIComponent(hash.slice(part.length)) : '';
}

/** As `setUpTokenOf` the address of this page, which does not keep it: neither in the history nor in a picture of the screen. */
export function takeSetUpToken(): string {
  const { hash, pathname } = window.location;
  const token = setUpTokenOf(hash);
  if (token !== '') window.history.replaceState(null, '', pathname);
  return token;
}
