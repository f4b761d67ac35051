import { describe, expect, it } from 'vitest';
import { ApiError } from './api-error.js';

const problem = {
  type: 't',
  title: 'T',
  status: 409,
  detail: 'why',
  code: 'NOT_ISOLATED',
  correlationId: 'c1',
  remedy: 'do',
};

const answer = (status: number, headers = {}) => ({ status, headers: new Headers(headers) });

describe('an error of the Admin API', () => {
  it('says what the gateway says, and keeps remedy and correlation id', () => {
    const error = ApiError.ofAnswer(answer(409), problem);
    expect(error.message).toBe('why');
    expect(error.problem).toEqual(problem);
    expect(error.unreachable).toBe(false);
  });

  it('says so if an answer explains nothing', () => {
    expect(ApiError.ofAnswer(answer(502), '<html>').message).toBe('the gateway answered 502 without saying why');
  });

  it('says after how many seconds it may be asked again', () => {
    expect(ApiError.ofAnswer(answer(429, { 'Retry-After': '12' }), problem).retryAfterS).toBe(12);
    expect(ApiError.ofAnswer(answer(429), problem).retryAfterS).toBeUndefined();
    expect(
      ApiError.ofAnswer(answer(429, { 'Retry-After': 'Wed, 21 Oct 2015 07:28:00 GMT' }), 'busy').retryAfterS,
    ).toBeUndefined();
  });

  it('is unreachable when there was no answer at all', () => {
    const error = ApiError.of(new TypeError('Failed to fetch'));
    expect(error.unreachable).toBe(true);
    expect(error.message).toContain('Failed to fetch');
    expect(ApiError.of(error)).toBe(error);
  });
});
