export { Access, accountSource, tokenSource, type AccessDependencies, type AccessOptions } from './access.js';
export { retryAfterMsOf, signInRefused } from './sign-in/sign-in-errors.js';
export { SignInDesk, type CodedAttempt } from './sign-in/sign-in-desk.js';
export type { ProvidedSignIn, SignInProvider } from './sign-in/sign-in-provider.js';
export type { LastGrants, PasswordSource, PrincipalSource } from './sign-in/password-source.js';
export { TokenBuckets, type BucketLimits } from './sign-in/token-bucket.js';
export {
  sessionDefaults,
  SessionStore,
  shownIdOf,
  type Session,
  type SessionHolder,
  type SessionLimits,
} from './sessions/session-store.js';
export { AccountStore, type AccountChange } from './store/account-store.js';
export { badAccount, type Account } from './store/account.js';
export type { Kept } from './store/kept-list.js';
export type { NewToken, TokenBook, TokenEntry } from './tokens/token-book.js';
export { setupTokenName, TokenStore, type TokenStoreOptions } from './tokens/token-store.js';
export { maxPasswordLength, minPasswordLength, passwordFault } from './passwords/password-rules.js';
export { acceptedStep, fromBase32, toBase32, totpCode, totpStep, totpUri } from './passwords/totp.js';
