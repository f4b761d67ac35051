import { isVersionRefusal } from '../link-problem.js';

export type VersionSetting = 'auto' | '5' | '3.1.1';

/** MQTT 5, or 3.1.1 where the broker has only that: the protocol's version numbers 5 and 4. */
export class VersionChoice {
  readonly #setting: VersionSetting;
  #next: 4 | 5;

  constructor(setting: VersionSetting) {
    this.#setting = setting;
    this.#next = setting === '3.1.1' ? 4 : 5;
  }

  get version(): 4 | 5 {
    return this.#next;
  }

  /**
   * A connection ended before the broker took it. True: the other version is worth an attempt at once. Old brokers hang up on a
   * version that they don't know, so no answer at all counts as well, but is no reason to hurry.
   */
  failed(refusedCode: number | undefined): boolean {
    if (this.#setting !== 'auto') return false;
    const isAboutVersion = refusedCode !== undefined && isVersionRefusal(refusedCode);
    if (refusedCode !== undefined && !isAboutVersion) return false;
    this.#next = this.#next === 5 ? 4 : 5;
    return isAboutVersion && this.#next === 4;
  }
}
