import {
  BrokenCircuitError,
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';

/** The same pipeline as the invoker's for a read of tier A, in the same order, composed of cockatiel's policies. */
export function cockatielPipeline(): <T>(exchange: () => Promise<T>) => Promise<T> {
  const failures = handleWhen((error) => !(error instanceof BrokenCircuitError));
  const policy = wrap(
    timeout(2_000, TimeoutStrategy.Aggressive),
    retry(failures, { maxAttempts: 3, backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 5_000 }) }),
    circuitBreaker(failures, { halfOpenAfter: 5_000, breaker: new ConsecutiveBreaker(5) }),
    bulkhead(8, 128),
  );
  return (exchange) => policy.execute(exchange);
}
