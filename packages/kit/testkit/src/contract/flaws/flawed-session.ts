import { delay, systemClock, type ValueColumns } from '@fieldwarden/core';
import type { CallContext, ReadPlan, WriteItem } from '@fieldwarden/driver';
import type { MemoryDevice } from '../memory/memory-device.js';
import { memoryError, MemorySession, type MakeSession } from '../memory/memory-driver.js';

/** A session with some members replaced. */
export function flawed(members: object): MakeSession {
  return (device) => Object.assign(new MemorySession(device), members);
}

export function beforeRead(flaw: (plan: ReadPlan) => void): MakeSession {
  return wrappingRead((read) => async (plan, into, call) => {
    flaw(plan);
    await read(plan, into, call);
  });
}

export function afterRead(flaw: (into: ValueColumns) => void): MakeSession {
  return wrappingRead((read) => async (plan, into, call) => {
    await read(plan, into, call);
    flaw(into);
  });
}

type Read = MemorySession['read'];

export function wrappingRead(wrap: (read: Read) => Read): MakeSession {
  return (device) => {
    const session = new MemorySession(device);
    return Object.assign(session, { read: wrap(session.read.bind(session)) });
  };
}

export function rememberingFirstPlan(): MakeSession {
  return wrappingRead((read) => {
    let first: ReadPlan | undefined;
    return async (plan, into, call) => {
      first ??= { ...plan, points: [...plan.points].sort((a, b) => a.path.localeCompare(b.path)) };
      await read(first, into, call);
    };
  });
}

export function plansReadOnce(): MakeSession {
  return wrappingRead((read) => {
    const seen = new Set<ReadPlan>();
    return async (plan, into, call) => {
      if (seen.has(plan)) throw memoryError('busy', 'MEMORY_PLAN_USED');
      seen.add(plan);
      await read(plan, into, call);
    };
  });
}

/** Keeps "the current plan" in one place for all calls. */
export function mixingReads(): MakeSession {
  return wrappingRead((read) => {
    let current: ReadPlan | undefined;
    return async (plan, into, call) => {
      current = plan;
      await delay(systemClock, 1);
      await read(current, into, call);
    };
  });
}

export function sendingTwice(): MakeSession {
  return (device) =>
    new (class extends MemorySession {
      protected override store(item: WriteItem): ReturnType<MemorySession['store']> {
        super.store(item);
        return super.store(item);
      }
    })(device);
}

export function repeatingLater(): MakeSession {
  return (device) =>
    new (class extends MemorySession {
      override async write(
        deviceId: string,
        items: readonly WriteItem[],
        call: CallContext,
      ): ReturnType<MemorySession['write']> {
        device.writes++;
        const answered = super.write(deviceId, items, call);
        answered.catch(() => device.writes++);
        return answered;
      }
    })(device);
}

export function whenSilent(instead: () => Promise<void>): MakeSession {
  return exchanging((device, exchange) => (device.silent ? instead() : exchange()));
}

export function whenOneIsIgnored(instead: () => Promise<void>): MakeSession {
  return (device) =>
    new (class extends MemorySession {
      override read(...args: Parameters<MemorySession['read']>): Promise<void> {
        return device.ignored === undefined ? super.read(...args) : instead();
      }
    })(device);
}

export function whenGone(instead: () => Promise<void>): MakeSession {
  return exchanging((device, exchange) => (device.gone ? instead() : exchange()));
}

export function neverRecovering(): MakeSession {
  return (device) => {
    let failed = false;
    return exchanging(async (_device, exchange) => {
      if (failed) throw memoryError('unreachable', 'MEMORY_STUCK');
      await exchange().catch((error: unknown) => {
        failed = true;
        throw error;
      });
    })(device);
  };
}

export function exchanging(exchange: (device: MemoryDevice, usual: () => Promise<void>) => Promise<void>): MakeSession {
  return (device) =>
    new (class extends MemorySession {
      protected override exchange(call: CallContext): Promise<void> {
        return exchange(device, () => super.exchange(call));
      }
    })(device);
}
