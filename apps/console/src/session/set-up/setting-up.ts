import { createStore } from '../../state/store.js';

/** The first account was just made on this page: what is still open is shown before anything else. */
export const settingUp = createStore(false);
