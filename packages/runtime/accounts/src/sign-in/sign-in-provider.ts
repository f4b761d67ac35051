import type { Principal } from '@fieldwarden/gateway-contract';

/** A provider of sign-ins to which a browser is sent (OpenID Connect). */
export interface SignInProvider {
  /** What the sign-in page calls it. */
  readonly title: string;
  /** Where the browser goes, and the secret that it keeps until it comes back to `redirectUri`. Rejects with kind `unreachable`. */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly secret: string }>;
  /** `query`: with which it came back. Rejects with kind `forbidden` or `unreachable`. */
  finish(secret: string, query: string): Promise<ProvidedSignIn>;
}

export interface ProvidedSignIn {
  readonly principal: Principal;
  /** When the session ends at the latest, ms since 1970 UTC; null where the provider does not say. */
  readonly endsAtMs: number | null;
}
