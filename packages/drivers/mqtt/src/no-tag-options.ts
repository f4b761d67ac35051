import type { MqttTagOptions } from './tag-options.js';

/** Of a point that came without any: a tool, a test. */
export const noTagOptions: MqttTagOptions = { missing: 'bad', decimalComma: false };
