import { order64Of, type ByteOrders } from '@fieldwarden/codec';
import type { ModbusDeviceOptions } from '../device-options.js';

export function byteOrdersOf({ byteOrder, byteOrder16, byteOrder64 }: ModbusDeviceOptions): ByteOrders {
  return { order16: byteOrder16, order32: byteOrder, order64: byteOrder64 ?? order64Of(byteOrder) };
}
