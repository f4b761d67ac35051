import type { ExpressionType } from '../expression-type.js';
import type { Evaluate, Frame } from '../run/frame.js';
import type { Argument, FunctionDefinition, FunctionGroup, Parameter, StateSlot } from './function-definition.js';

type Shape = Omit<FunctionDefinition, 'group' | 'resultType' | 'build' | 'returns'>;

/** A function whose result is always of one type and whose arguments are all evaluated first. */
export function plain(
  group: FunctionGroup,
  shape: Shape & { readonly type: ExpressionType; readonly of: (frame: Frame, ...values: never[]) => unknown },
): FunctionDefinition {
  const { type, of, ...rest } = shape;
  return { ...rest, group, returns: type, resultType: () => type, build: (args) => applied(args, of) };
}

/** Calls `of` with the values of the arguments, without an array for each evaluation where there are few. */
export function applied(args: readonly Argument[], of: (frame: Frame, ...values: never[]) => unknown): Evaluate {
  const operation = of as (frame: Frame, ...values: unknown[]) => unknown;
  const [a, b, c] = args.map(({ evaluate }) => evaluate);
  switch (args.length) {
    case 0:
      return (frame) => operation(frame);
    case 1:
      return (frame) => operation(frame, a(frame));
    case 2:
      return (frame) => operation(frame, a(frame), b(frame));
    case 3:
      return (frame) => operation(frame, a(frame), b(frame), c(frame));
    default:
      return (frame) => operation(frame, ...args.map(({ evaluate }) => evaluate(frame)));
  }
}

/** The state of a slot, made at first use; what was kept and is of another shape begins anew. */
export function stateOf<State extends object>(slot: StateSlot, fresh: () => State): State {
  const kept = slot.value;
  const wanted = fresh();
  const fits =
    typeof kept === 'object' && kept !== null && Object.keys(wanted).every((field) => Object.hasOwn(kept, field));
  if (!fits) slot.value = wanted;
  return slot.value as State;
}

export const x = (type: Parameter['type'] = 'number'): Parameter => ({ name: 'x', type });
