import type { Permission } from '@fieldwarden/gateway-contract';
import { sessionStore } from '../session/session-store.js';
import { useStore } from '../state/store.js';
import { mayOf, type May } from './may.js';

/** Whether the person before the screen may do this, to this tag where it is about one. */
export function useMay(permission: Permission, path?: string): May {
  return mayOf(useStore(sessionStore), permission, path);
}
