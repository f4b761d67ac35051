export { notApplicable, wireRules, type WireRule } from './checklist.js';
export { decodeIndependently, type SeenMetric, type SeenPayload } from './independent-decoder.js';
export { sparkplugProto } from './sparkplug-proto.js';
