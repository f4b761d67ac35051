/** How the store is, as people and figures see it. */
export interface StoreState {
  /** Of all files, pages that hold something. */
  readonly bytes: number;
  /** Of the oldest value; null while there is none. */
  readonly oldestAtMs: number | null;
  /** Tags of which anything was ever kept. */
  readonly tags: number;
  /** Values that are on the disk, since the store was opened. */
  readonly values: number;
  /** Values that are in memory and in the journal, and not in a block yet. */
  readonly unsealed: number;
  /** Blocks that could not be read, since the store was opened. */
  readonly damagedBlocks: number;
  /** What is damaged, or was set aside; in words. */
  readonly damage: string | null;
  /** Why nothing is written at present; in words. */
  readonly refusal: string | null;
}
