import { describe, expect, it } from 'vitest';
import type { PlantDocument } from '../document/plant-document.js';
import { withoutNames } from './names-in-clear.js';

const tags = [{ path: 'hall/press/force', address: '1', dataType: 'int16' as const }];
const document: PlantDocument = {
  version: 1,
  site: 'lab',
  drivers: [{ id: 'press-2', type: 'modbus', devices: [{ id: 'filler', tags }] }],
};

describe('a value of a reference (§13.5)', () => {
  it.each(['press', 'press-2', 'filler', 'lab', 'modbus', 'hall/press'])(
    '%j, which the document says in clear, is no secret: blanking it would take the name from everybody',
    (name) => expect(withoutNames([name, 'hunter2-hunter2'], document)).toEqual(['hunter2-hunter2']),
  );

  it.each(['pre', 'press-3', 'force!', 'PRESS', 'hall\npress'])('%j is one', (secret) => {
    expect(withoutNames([secret], document)).toEqual([secret]);
  });
});
