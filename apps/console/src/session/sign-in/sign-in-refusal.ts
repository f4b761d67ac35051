const part = '#signInRefused=';

/** Why the way over a provider did not lead in, as the gateway sends the browser back: `/#signInRefused=OIDC_NO_ROLE`. Undefined: it did not. */
export function signInRefusalOf(hash: string): string | undefined {
  const code = hash.startsWith(part) ? hash.slice(part.length) : '';
  return /^[A-Z][A-Z0-9_]{0,63}$/.test(code) ? code : undefined;
}

/** As `signInRefusalOf` the address of this page, which does not keep it: the next visit is another one. */
export function takeSignInRefusal(): string | undefined {
  const { hash, pathname } = window.location;
  const code = signInRefusalOf(hash);
  if (code !== undefined) window.history.replaceState(null, '', pathname);
  return code;
}

const notAccepted =
  'The sign-in service does not accept this gateway. An engineer has to look at access.oidc in the plant document; the log of the gateway says more.';

const words: Readonly<Record<string, string>> = {
  OIDC_REFUSED: 'The sign-in did not come to its end there: it was cancelled, or its answer was not valid. Try again.',
  OIDC_NOT_BEGUN: 'This sign-in was not begun in this browser, or took longer than ten minutes. Begin it again here.',
  OIDC_UNREACHABLE: 'The sign-in service cannot be reached now. Local accounts sign in by name and password.',
  OIDC_NO_ROLE: 'You are known there, but none of your groups has a role at this gateway. Ask who runs it.',
  OIDC_NAME_TAKEN: 'A local account of this gateway has your name. Sign in with its password, or ask an admin.',
  OIDC_CLIENT_REFUSED: notAccepted,
  OIDC_SECRET: notAccepted,
};

/** In a sentence for whoever stands at the door. */
export function refusalWords(code: string): string {
  return words[code] ?? `The sign-in was refused (${code}). The log of the gateway says why.`;
}
