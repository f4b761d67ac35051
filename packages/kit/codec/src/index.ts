export { BitArrayCodec, bitCodec, readBit, wordBitPosition } from './bit-codecs.js';
export {
  bigEndian,
  littleEndian,
  order64Of,
  orders16,
  orders32,
  orders64,
  type ByteOrders,
  type Order16,
  type Order32,
  type Order64,
} from './byte-order.js';
export type { ColumnCodec, ElementCodec, ValueCodec } from './codec.js';
export { ColumnDecoder, type ColumnCell } from './column-decoder.js';
export { textByteLength, textLayouts, type TextLayout } from './text-codecs.js';
export { paddingCharacter, textPaddings, withoutPadding, type TextPadding } from './text-padding.js';
export { valueCodec, type Encoding } from './value-codec.js';
