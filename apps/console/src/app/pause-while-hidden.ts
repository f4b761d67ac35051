import { connection } from '../live/live.js';
import { browserClock, type Cancel } from '../platform/browser-clock.js';

/** Browsers open few connections to one server: a tab that nobody has looked at for this long gives its stream back. */
const hiddenMs = 60_000;

/** Pauses the stream of a hidden page, and takes it up when the page is shown again. */
export function pauseWhileHidden(): Cancel {
  let cancel: Cancel | undefined;
  const changed = (): void => {
    cancel?.();
    if (document.hidden) cancel = browserClock.after(hiddenMs, () => connection.stop('paused'));
    else connection.start();
  };
  document.addEventListener('visibilitychange', changed);
  return () => {
    cancel?.();
    document.removeEventListener('visibilitychange', changed);
  };
}
