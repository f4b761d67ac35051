import type { Principal } from '@fieldwarden/gateway-contract';

export type AccessListener = (name: string, principal: Principal | undefined) => void;

/** Who follows the accounts of a desk, and is told of their changes. */
export class AccessChanges {
  readonly #listeners = new Set<AccessListener>();

  /** How many follow it. */
  get followers(): number {
    return this.#listeners.size;
  }

  /** As `AccessDesk.follow` says. */
  tell(name: string, principal: Principal | undefined): void {
    for (const listener of [...this.#listeners]) listener(name, principal);
  }

  follow(listener: AccessListener): Disposable {
    const own: AccessListener = (name, principal) => listener(name, principal);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }
}
