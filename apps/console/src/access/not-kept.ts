import { toast } from '../parts/toasts.js';

/** What was done; or that the disk did not take it, and it counts only until a restart. */
export function tellKept({ notKept }: { readonly notKept: string | null }, done: string): void {
  if (notKept === null) toast('good', done);
  else toast('warning', `${done}, but only until the gateway restarts: ${notKept}`);
}
