import type { CommandName } from '../command.js';
import { answerTwice, cutChannel, writeNoise, writeOversize } from './channel-garbage.js';
import { openDescriptors } from './descriptors.js';
import { abortSelf, exitWith, killSelf, rejectUnhandled, spinForEver, throwFromTimer } from './endings.js';
import { fatal, undoable, type Fault } from './fault.js';
import { floodLogs, floodValues } from './floods.js';
import { forkGrandchild } from './grandchild.js';
import { allocate, growCache, leak } from './memory.js';
import { ignoreTerminate } from './stop-refusal.js';

export type { Fault, FaultSetting } from './fault.js';

/** What each command does; `ok` is the end of all faults, and none itself. */
export const faults: Readonly<Record<Exclude<CommandName, 'ok'>, Fault>> = {
  crash: fatal(throwFromTimer),
  reject: fatal(rejectUnhandled),
  exit: fatal(exitWith),
  abort: fatal(abortSelf),
  kill: fatal(killSelf),
  hang: fatal(spinForEver),
  garbage: fatal(writeNoise),
  'garbage:oversize': fatal(writeOversize),
  'garbage:cut': fatal(cutChannel),
  'answer-twice': fatal(answerTwice),
  leak: undoable('process', leak),
  cache: undoable('process', growCache),
  allocate: undoable('process', allocate),
  descriptors: undoable('process', openDescriptors),
  flood: undoable('process', floodLogs),
  'flood:logs': undoable('process', floodLogs),
  'flood:values': undoable('process', floodValues),
  fork: undoable('process', forkGrandchild),
  'ignore-sigterm': undoable('process', ignoreTerminate),
  slow: undoable('driver', ({ gate }, ms) => {
    gate.slowMs = ms;
    return () => void (gate.slowMs = 0);
  }),
  'answer-late': undoable('driver', ({ gate }, ms) => {
    gate.lateMs = ms;
    return () => void (gate.lateMs = undefined);
  }),
  wedge: undoable('driver', ({ gate }) => {
    gate.wedge('soft');
    return () => gate.unwedge();
  }),
  'wedge:hard': undoable('driver', ({ gate }) => {
    gate.wedge('hard');
    return () => gate.unwedge();
  }),
};
