import type { DataValue, StatusCode, TagValue } from '@fieldwarden/core';
import type { HandleWrite, TagDefinition, Origin, WriteReply } from '@fieldwarden/gateway-contract';

/**
 * All tags of the gateway with their present values. In the gateway it is the tag store itself; in a Host a mirror of it, at most a few
 * milliseconds late, where changes of one tag that follow each other faster than the Host reads are told as one. When the gateway was
 * not heard for 3 s every status says so (uncertain, then bad), and followers are told of all tags.
 */
export interface TagSource {
  readonly size: number;
  handleOf(path: string): number | undefined;
  definition(handle: number): TagDefinition | undefined;
  /** Paths with their handles, in order of definition. */
  entries(): IterableIterator<[path: string, handle: number]>;
  read(handle: number): DataValue;
  value(handle: number): TagValue | null;
  status(handle: number): StatusCode;
  /** ms since 1970 UTC. */
  sourceAtMs(handle: number): number;
  /** Called synchronously after every update that changed something. */
  onChange(listener: TagChangeListener): Disposable;
  onDefinition(listener: TagDefinitionListener): Disposable;
}

/** Handles whose value or status changed; only the first `count` entries count. The array is reused: copy what you keep. */
export type TagChangeListener = (handles: Uint32Array, count: number) => void;

/** Told when tags come and go, with their handles. Handles of removed tags are used again. */
export interface TagDefinitionListener {
  defined(handles: Uint32Array): void;
  /** Called before they go: their definitions can still be asked for. */
  removed(handles: Uint32Array): void;
  /** The definitions are others now, the values may be; paths and types are as they were. */
  redefined?(handles: Uint32Array): void;
}

/** The road of a write (SPEC §2): checks, audit, the device's own answer. */
export interface TagWriter {
  /**
   * All values of one request: those of one device reach it together. One reply per item, in their order; what is refused does not hold
   * up the others. Resolves when all outcomes are known, never before the devices answered. Never rejects.
   */
  writeMany(items: readonly HandleWrite[], origin: Origin): Promise<readonly WriteReply[]>;
}
