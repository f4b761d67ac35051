/** Publishing intervals that subscriptions are made with: a few, so that a plant needs few subscriptions. Milliseconds, ascending. */
const classes = [50, 100, 250] as const;

/** Samples of one publishing interval that are kept, so that a fast signal loses none. */
const maxQueue = 100;

/**
 * How often the server reports a point that is sampled so often: as often, between 50 and 250 ms. A report without changes is not sent, so that a short interval costs
 * nothing and brings first values soon.
 */
export function publishingClass(samplingMs: number): number {
  return classes.findLast((one) => one <= samplingMs) ?? classes[0];
}

/** Room for the samples between two reports, and one more: clocks differ. */
export function queueSize(samplingMs: number, publishingMs: number): number {
  return Math.min(maxQueue, Math.max(1, Math.ceil(publishingMs / Math.max(1, samplingMs))) + 1);
}
