import type { ConfigAuthority } from '../config-authority.js';

/** An empty store for one test. */
export interface AuthorityFixture extends AsyncDisposable {
  /** The test closes what it opens, and opens no second one before. */
  open(): Promise<ConfigAuthority>;
}

/** Runs `work` on an authority over an empty store, and tidies up behind it. */
export async function withAuthority(
  fixture: () => Promise<AuthorityFixture>,
  work: (authority: ConfigAuthority, reopen: () => Promise<ConfigAuthority>) => Promise<void>,
): Promise<void> {
  await using store = await fixture();
  let authority = await store.open();
  const reopen = async (): Promise<ConfigAuthority> => {
    await authority.close();
    return (authority = await store.open());
  };
  try {
    await work(authority, reopen);
  } finally {
    await authority.close();
  }
}
