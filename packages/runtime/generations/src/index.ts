export {
  bootDecision,
  heldReason,
  type BootDecision,
  type GenerationMark,
  type PublishedState,
} from './boot-decision.js';
