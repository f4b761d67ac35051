import { closeSync, openSync } from 'node:fs';
import { messageOf } from '@fieldwarden/core';
import { repeat } from '../repeat.js';
import type { FaultSetting } from './fault.js';

const perTurn = 500;
const turnMs = 2;

/** Opens descriptors until the system refuses (EMFILE) or the option's cap, a few at a time. Returns how to close them again. */
export function openDescriptors({ clock, logger, options }: FaultSetting): () => void {
  const open: number[] = [];
  const stop = (why: string): void => {
    turns[Symbol.dispose]();
    logger.warn('chaos: opens no more descriptors', { open: open.length, why });
  };
  const turns = repeat(clock, turnMs, () => {
    try {
      for (let i = 0; i < perTurn && open.length < options.maxDescriptors; i++) open.push(openSync('/dev/null', 'r'));
      if (open.length >= options.maxDescriptors) stop('maxDescriptors');
    } catch (error) {
      stop(messageOf(error));
    }
  });
  return () => {
    turns[Symbol.dispose]();
    for (const fd of open.splice(0)) closeSync(fd);
  };
}
