import { describe, expect, it } from 'vitest';
import { componentSchemas } from './component-schemas.js';

describe('the schemas of the document', () => {
  const schemas = componentSchemas();

  it('refer to each other by name', () => {
    expect(schemas.HostList.properties?.rows.items).toEqual({ $ref: '#/components/schemas/HostRow' });
    expect(schemas.HostRow.properties?.lastError).toEqual({
      anyOf: [{ $ref: '#/components/schemas/LastError' }, { type: 'null' }],
      description: 'Of the device itself.',
    });
  });

  it('say null beside the one type that a value has else', () => {
    expect(schemas.DriverRow.properties).toMatchObject({
      upMs: { type: ['number', 'null'] },
      nextAttemptAt: { type: ['string', 'null'], format: 'date-time' },
      memory: {
        properties: { state: { type: ['string', 'null'], enum: ['Warming', 'Normal', 'Soft', 'Hard', null] } },
      },
    });
  });

  it('have the bounds that somebody set, and no other', () => {
    expect(schemas.DriverRow.properties?.pending).toMatchObject({ type: 'integer', minimum: 0 });
    expect(schemas.DriverRow.properties?.pending).not.toHaveProperty('maximum');
    expect(schemas.AlarmRow.properties?.severity).toMatchObject({ minimum: 1, maximum: 1_000 });
  });

  it('leave objects open for fields of later versions, and name what must be there', () => {
    expect(schemas.DraftRequest).not.toHaveProperty('required');
    expect(schemas.PublishRequest.required).toEqual(['message']);
    for (const schema of Object.values(schemas)) expect(schema.additionalProperties).not.toBe(false);
  });
});
