import type { ScalarType } from '@fieldwarden/core';
import type { ExpressionType } from '../expression-type.js';
import type { FunctionDefinition } from '../functions/function-definition.js';
import type { BinaryOperator, LiteralNode, UnaryOperator } from '../syntax/node.js';

/** What is known of every checked node. */
interface Known {
  readonly type: ExpressionType;
  /** Depends on what was before, or on the time: is evaluated each time, even where it does not count. */
  readonly remembers: boolean;
}

/** A checked expression: every node has its type, every reference its index. */
export type Typed = Known &
  (
    | { readonly kind: 'literal'; readonly value: LiteralNode['value'] }
    | { readonly kind: 'input'; readonly index: number; readonly scalar: ScalarType | undefined }
    | { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Typed }
    | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Typed; readonly right: Typed }
    | { readonly kind: 'choice'; readonly when: Typed; readonly then: Typed; readonly otherwise: Typed }
    | { readonly kind: 'in'; readonly subject: Typed; readonly items: readonly Typed[]; readonly negated: boolean }
    | {
        readonly kind: 'between';
        readonly subject: Typed;
        readonly low: Typed;
        readonly high: Typed;
        readonly negated: boolean;
      }
    | {
        readonly kind: 'call';
        readonly definition: FunctionDefinition;
        readonly arguments: readonly Typed[];
        /** Under which its state is kept: the text of the call, and which one of several that are the same. */
        readonly stateKey: string;
      }
  );
