import type { WriteOutcome } from '@fieldwarden/core';
import type {
  ApplyFailure,
  ApplyStep,
  AuditEntry,
  ConfigAuditRow,
  ConfigChange,
  ConfigDifference,
  ErrorReport,
  EventGap,
  Finding,
  GatewayEvent,
  GatewayEventType,
  LogRecord,
  PrincipalProof,
  Role,
} from '@fieldwarden/gateway-contract';
import type { z } from 'zod';
import { expectTypeOf, test } from 'vitest';
import type { AuditRow } from './audit-shapes.js';
import type { ConfigDiff } from './config-shapes.js';
import type { eventGap, gatewayEvent, logRecord } from './event-shapes.js';
import type { Shape, writeOutcome } from './parts.js';
import type { proof, role } from './user-shapes.js';
import type * as words from './word-shapes.js';

// Checked by the compiler: a field that only one side has does not build.
test('describes the words of the gateway, no field more and none less', () => {
  expectTypeOf<Shape<typeof words.errorReport>>().toEqualTypeOf<ErrorReport>();
  expectTypeOf<Shape<typeof words.finding>>().toEqualTypeOf<Finding>();
  expectTypeOf<Shape<typeof words.applyStep>>().toEqualTypeOf<ApplyStep>();
  expectTypeOf<Shape<typeof words.applyFailure>>().toEqualTypeOf<ApplyFailure>();
  expectTypeOf<Shape<typeof words.configChange>>().toEqualTypeOf<ConfigChange>();
  expectTypeOf<Shape<typeof words.configAuditRow>>().toEqualTypeOf<ConfigAuditRow>();
  expectTypeOf<Omit<ConfigDiff, 'schema'>>().toEqualTypeOf<ConfigDifference>();
  expectTypeOf<Shape<typeof eventGap>>().toEqualTypeOf<EventGap>();
  expectTypeOf<Shape<typeof logRecord>>().toExtend<LogRecord>();
  expectTypeOf<LogRecord>().toExtend<Shape<typeof logRecord>>();
  expectTypeOf<z.output<typeof writeOutcome>>().toEqualTypeOf<WriteOutcome>();
  expectTypeOf<z.output<typeof proof>>().toEqualTypeOf<PrincipalProof>();
  expectTypeOf<z.output<typeof role>>().toEqualTypeOf<Role>();
  expectTypeOf<AuditRow['action']>().toEqualTypeOf<AuditEntry['action']>();
  expectTypeOf<AuditRow['outcome']>().toEqualTypeOf<AuditEntry['outcome']>();
});

test('describes every type of event with the fields that say whom it is about', () => {
  type Described = Shape<typeof gatewayEvent>;
  expectTypeOf<Described['type']>().toEqualTypeOf<GatewayEventType>();
  expectTypeOf<Described>().toExtend<GatewayEvent>();
  expectTypeOf<GatewayEvent>().toExtend<Described>();
});
