export { decodePayload } from './payload/decode-payload.js';
