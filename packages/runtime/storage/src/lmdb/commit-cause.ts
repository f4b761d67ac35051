/** lmdb rejects a failed commit with a general error and tells the cause in a second promise, which nobody else listens to. */
export async function commitCause(error: unknown): Promise<unknown> {
  const cause = (error as { commitError?: Promise<never> } | undefined)?.commitError;
  if (cause === undefined) return error;
  return await cause.catch((reason: unknown) => reason);
}
