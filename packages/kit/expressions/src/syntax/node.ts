import type { Span } from '../expression-finding.js';

export type BinaryOperator =
  | '||' | '&&'
  | '==' | '!=' | '<' | '<=' | '>' | '>='
  | '|' | '^' | '&' | '<<' | '>>'
  | '+' | '-' | '*' | '/' | 'div' | 'mod'; // prettier-ignore

export type UnaryOperator = '!' | '-' | '~';

/** An expression as it was written. Every node knows where. */
export type Node =
  | LiteralNode
  | (Span & { readonly kind: 'tag'; readonly path: string })
  | (Span & { readonly kind: 'name'; readonly name: string })
  | (Span & { readonly kind: 'unary'; readonly operator: UnaryOperator; readonly operand: Node })
  | (Span & { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node })
  | (Span & { readonly kind: 'choice'; readonly when: Node; readonly then: Node; readonly otherwise: Node })
  | (Span & { readonly kind: 'in'; readonly subject: Node; readonly items: readonly Node[]; readonly negated: boolean })
  | (Span & {
      readonly kind: 'between';
      readonly subject: Node;
      readonly low: Node;
      readonly high: Node;
      readonly negated: boolean;
    })
  | (Span & {
      readonly kind: 'call';
      readonly name: string;
      readonly nameSpan: Span;
      readonly arguments: readonly Node[];
    });

export type LiteralNode = Span & { readonly kind: 'literal' } & (
    | { readonly type: 'bool'; readonly value: boolean }
    | { readonly type: 'int'; readonly value: number | bigint }
    | { readonly type: 'float' | 'duration'; readonly value: number }
    | { readonly type: 'string'; readonly value: string }
  );

/** What stands directly below a node, in the order of the text. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'literal':
    case 'tag':
    case 'name':
      return [];
    case 'unary':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'choice':
      return [node.when, node.then, node.otherwise];
    case 'in':
      return [node.subject, ...node.items];
    case 'between':
      return [node.subject, node.low, node.high];
    case 'call':
      return node.arguments;
  }
}
