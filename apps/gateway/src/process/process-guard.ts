import { messageOf, type Logger } from '@fieldwarden/core';

/** What a library throws out of a callback must be seen, and must not end a gateway that serves a line. */
export function guardProcess(logger: Logger): Disposable {
  const seen = (origin: string) => (error: unknown) => {
    const { stack } = error instanceof Error ? error : new Error('thrown without a stack');
    logger.error(`${origin}: ${messageOf(error)}`, { stack });
  };
  const uncaught = seen('uncaught exception');
  const unhandled = seen('unhandled rejection');
  process.on('uncaughtException', uncaught);
  process.on('unhandledRejection', unhandled);
  return {
    [Symbol.dispose]: () => {
      process.off('uncaughtException', uncaught);
      process.off('unhandledRejection', unhandled);
    },
  };
}
