import { statusCodes } from '@fieldwarden/core';
import type { ExpressionType } from '../expression-type.js';
import type { Typed } from '../check/typed.js';
import type { Argument, StateSlot } from '../functions/function-definition.js';
import { binaryEvaluate, isEqual } from './binary.js';
import type { Evaluate } from './frame.js';
import { canonicalInteger, complement, subtract, type Integer } from './integers.js';
import { choiceEvaluate, logicEvaluate } from './logic.js';
import { isOfType, placeholderOf } from './values.js';

/** Closures that evaluate a checked expression. `slotOf` gives the place of a function's state by its key. */
export function compile(node: Typed, slotOf: (key: string) => StateSlot): Evaluate {
  const below = (child: Typed): Evaluate => compile(child, slotOf);
  switch (node.kind) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'input':
      return inputEvaluate(node);
    case 'unary':
      return unaryEvaluate(node, below(node.operand));
    case 'binary': {
      const { operator, left, right } = node;
      if (operator === '&&' || operator === '||') {
        return logicEvaluate(
          operator === '||',
          asBoolean(left, below(left)),
          asBoolean(right, below(right)),
          right.remembers,
        );
      }
      return binaryEvaluate(
        operator,
        { type: left.type, evaluate: below(left) },
        { type: right.type, evaluate: below(right) },
      );
    }
    case 'choice': {
      const { when, then, otherwise } = node;
      return choiceEvaluate(asBoolean(when, below(when)), below(then), below(otherwise), {
        then: then.remembers,
        otherwise: otherwise.remembers,
      });
    }
    case 'in': {
      const subject = below(node.subject);
      const items = node.items.map(below);
      const { negated } = node;
      return (frame) => {
        const value = subject(frame);
        let isIn = false;
        for (const item of items) if (isEqual(value, item(frame))) isIn = true;
        return isIn !== negated;
      };
    }
    case 'between':
      return betweenEvaluate(node, below);
    case 'call':
      return node.definition.build(argumentsOf(node, below), slotOf(node.stateKey));
  }
}

/** Every function meets values of the types of its parameters. */
function argumentsOf(
  { definition: { parameters }, arguments: nodes }: Extract<Typed, { kind: 'call' }>,
  below: (child: Typed) => Evaluate,
): readonly Argument[] {
  return nodes.map((node, i): Argument => {
    const { type } = parameters[Math.min(i, parameters.length - 1)];
    const evaluate = node.type === 'any' && type !== 'value' ? guarded(below(node), type) : below(node);
    return { type: node.type, evaluate, ...(node.kind === 'literal' && { constant: node.value }) };
  });
}

/** Both ends count. The subject is evaluated once. */
function betweenEvaluate(
  { subject, low, high, negated }: Extract<Typed, { kind: 'between' }>,
  below: (child: Typed) => Evaluate,
): Evaluate {
  let value: unknown;
  const held = { type: subject.type, evaluate: () => value };
  const evaluate = below(subject);
  const notLess = binaryEvaluate('>=', held, { type: low.type, evaluate: below(low) });
  const notGreater = binaryEvaluate('<=', held, { type: high.type, evaluate: below(high) });
  return (frame) => {
    value = evaluate(frame);
    const isAbove = notLess(frame) as boolean;
    const isBelow = notGreater(frame) as boolean;
    return (isAbove && isBelow) !== negated;
  };
}

/** Reads one input, and what it is like. */
function inputEvaluate({ index, scalar, type }: Extract<Typed, { kind: 'input' }>): Evaluate {
  if (scalar === 'bool') {
    return (frame) => {
      const { inputs } = frame;
      frame.meet(inputs.statuses[index]);
      frame.meetTime(inputs.timesMs[index]);
      return inputs.numbers[index] !== 0;
    };
  }
  if (scalar === 'float32' || scalar === 'float64') {
    return (frame) => {
      const { inputs } = frame;
      frame.meet(inputs.statuses[index]);
      frame.meetTime(inputs.timesMs[index]);
      const value = inputs.numbers[index];
      return Number.isFinite(value) ? value : frame.outOfRange();
    };
  }
  if (scalar !== undefined && scalar !== 'string' && scalar !== 'int64' && scalar !== 'uint64') {
    return (frame) => {
      const { inputs } = frame;
      frame.meet(inputs.statuses[index]);
      frame.meetTime(inputs.timesMs[index]);
      return inputs.numbers[index];
    };
  }
  const placeholder = placeholderOf(type);
  return (frame) => {
    const { inputs } = frame;
    frame.meet(inputs.statuses[index]);
    frame.meetTime(inputs.timesMs[index]);
    const value = inputs.objects[index];
    if (typeof value === 'bigint') return canonicalInteger(value);
    if (typeof value === 'number' && !Number.isFinite(value)) return frame.outOfRange();
    if (type === 'any' || isOfType(value, type)) return value;
    frame.meet(statusCodes.BadTypeMismatch);
    return placeholder;
  };
}

function unaryEvaluate({ operator, operand }: Extract<Typed, { kind: 'unary' }>, evaluate: Evaluate): Evaluate {
  const checked = asType(operand, evaluate, operator);
  switch (operator) {
    case '!':
      return (frame) => !(checked(frame) as boolean);
    case '~':
      return (frame) => complement(checked(frame) as Integer);
    case '-':
      return (frame) => {
        const value = checked(frame) as Integer;
        if (typeof value === 'number') return value === 0 ? 0 : -value;
        return subtract(0, value) ?? frame.outOfRange();
      };
  }
}

function asType(node: Typed, evaluate: Evaluate, operator: '!' | '-' | '~'): Evaluate {
  if (operator === '!') return asBoolean(node, evaluate);
  return node.type === 'any' ? guarded(evaluate, operator === '~' ? 'int' : 'float') : evaluate;
}

function asBoolean(node: Typed, evaluate: Evaluate): Evaluate {
  return node.type === 'any' ? guarded(evaluate, 'bool') : evaluate;
}

/** Bad where the value is of another type. */
function guarded(evaluate: Evaluate, type: ExpressionType | 'number'): Evaluate {
  const placeholder = placeholderOf(type);
  return (frame) => {
    const value = evaluate(frame);
    if (isOfType(value, type === 'number' ? 'float' : type)) return value;
    frame.meet(statusCodes.BadTypeMismatch);
    return placeholder;
  };
}
