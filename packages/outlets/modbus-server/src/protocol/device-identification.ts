import { exceptionCodes, type ModbusException } from './protocol.js';

/** Texts of the objects 0 to 6 of Application Protocol V1.1b3, 6.21. */
export interface DeviceIdentity {
  readonly vendorName: string;
  readonly productCode: string;
  readonly majorMinorRevision: string;
  readonly productName: string;
  readonly userApplicationName: string;
}

/** Regular identification, as a stream and object by object. */
const conformityLevel = 0x82;
const longestText = 64;
const lastBasicObject = 2;
const lastRegularObject = 6;

/** The answer to FC 43/14. All objects fit one answer, so there are never more to follow. */
export function identificationPdu(
  identity: DeviceIdentity,
  readCode: number,
  objectId: number,
): Buffer | ModbusException {
  const objects = objectsOf(identity);
  const wanted = wantedObjects(objects, readCode, objectId);
  if ('exception' in wanted) return wanted;
  const head = Buffer.from([43, 14, readCode, conformityLevel, 0, 0, wanted.length]);
  return Buffer.concat([head, ...wanted.flatMap(([id, text]) => [Buffer.from([id, text.length]), text])]);
}

type IdentityObject = readonly [id: number, text: Buffer];

function objectsOf(identity: DeviceIdentity): IdentityObject[] {
  const { vendorName, productCode, majorMinorRevision, productName, userApplicationName } = identity;
  const texts = [vendorName, productCode, majorMinorRevision, '', productName, '', userApplicationName];
  return texts.map((text, id) => [id, Buffer.from(text.slice(0, longestText), 'latin1')]);
}

function wantedObjects(
  objects: readonly IdentityObject[],
  readCode: number,
  objectId: number,
): readonly IdentityObject[] | ModbusException {
  if (readCode === 4) {
    const one = objects.filter(([id]) => id === objectId);
    return one.length > 0 ? one : { exception: exceptionCodes.illegalDataAddress };
  }
  if (readCode < 1 || readCode > 4) return { exception: exceptionCodes.illegalDataValue };
  // The extended category holds nothing here, so it answers like the regular one.
  const last = readCode === 1 ? lastBasicObject : lastRegularObject;
  // An unknown object id begins at the first object.
  return objects.filter(([id]) => id >= (objectId > last ? 0 : objectId) && id <= last);
}
