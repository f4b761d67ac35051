import type { BaseLocationHook } from 'wouter';
import { useBrowserLocation } from 'wouter/use-browser-location';
import { leaveBy } from './navigation-guard.js';

/** The browser's location, whose links ask before they leave unsaved work behind. */
export const useGuardedLocation: BaseLocationHook = (...args) => {
  const [path, navigate] = useBrowserLocation(...(args as []));
  return [path, (to, ...options) => leaveBy(() => navigate(to, ...(options as [])))];
};
