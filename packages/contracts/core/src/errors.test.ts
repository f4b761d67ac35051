import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  errorFromData,
  errorKinds,
  errorToData,
  GatewayError,
  isGatewayError,
  reactions,
  toGatewayError,
} from './errors.js';
import { isBad, statusCodes } from './status.js';

describe('GatewayError', () => {
  it('keeps code, kind, status, outcome and causes across a boundary of plain data', () => {
    fc.assert(
      fc.property(fc.constantFrom(...errorKinds), fc.string(), fc.string(), (kind, message, causeMessage) => {
        const cause = new GatewayError({ code: 'CAUSE', kind: 'timeout', message: causeMessage });
        const error = new GatewayError({
          code: 'CODE',
          kind,
          message,
          cause,
          status: statusCodes.BadNodeIdUnknown,
          writeOutcome: 'not-sent',
        });
        const back = errorFromData(structuredClone(errorToData(error)));
        expect(back).toMatchObject({
          code: 'CODE',
          kind,
          message,
          status: statusCodes.BadNodeIdUnknown,
          writeOutcome: 'not-sent',
        });
        expect(back.cause).toMatchObject({ code: 'CAUSE', kind: 'timeout', message: causeMessage });
        expect(isGatewayError(back)).toBe(true);
      }),
    );
  });

  it('keeps the code of a system error as cause', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const error = new GatewayError({ code: 'X', kind: 'unreachable', message: 'x', cause });
    expect(errorFromData(errorToData(error)).cause).toMatchObject({
      code: 'ECONNREFUSED',
      message: 'connect ECONNREFUSED',
    });
  });

  it('ends a chain of causes that bites its own tail', () => {
    const error: { cause?: unknown } & Error = new Error('a');
    error.cause = error;
    expect(() => errorToData(new GatewayError({ code: 'X', kind: 'bug', message: 'x', cause: error }))).not.toThrow();
  });

  it('calls whatever else is thrown a bug', () => {
    for (const thrown of [new TypeError('t'), 'text', undefined, null, { message: 'm' }, 7]) {
      expect(toGatewayError(thrown)).toMatchObject({ kind: 'bug' });
    }
  });
});

describe('the reaction table', () => {
  it('has a Bad status and an error response for every kind', () => {
    for (const kind of errorKinds) {
      expect(isBad(reactions[kind].status)).toBe(true);
      expect(reactions[kind].httpStatus).toBeGreaterThanOrEqual(400);
    }
  });

  it('counts towards demotion exactly what SPEC §5.2 names', () => {
    const counting = errorKinds.filter((kind) => reactions[kind].countsAsFailure);
    expect(counting).toEqual(['unreachable', 'timeout', 'busy', 'protocol']);
  });

  it('never answers a write that failed as done', () => {
    for (const kind of errorKinds) expect(reactions[kind].writeOutcome).not.toBe('done');
  });
});
