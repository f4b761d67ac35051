import { didYouMean, type ScalarType } from '@fieldwarden/core';
import { findingAt, type ExpressionFinding, type ExpressionRule, type Span } from '../expression-finding.js';
import type { ExpressionScope } from '../expression-scope.js';
import { expressionTypeOf, isNumber, type ExpressionType } from '../expression-type.js';
import { functionNamed, functionNames } from '../functions/function-table.js';
import type { FunctionDefinition, Parameter } from '../functions/function-definition.js';
import type { BinaryOperator, Node } from '../syntax/node.js';
import { commonType, isSameKind, resultOfOperator } from './operator-types.js';
import { isRelative, resolvePath } from './resolve-path.js';
import { fold } from './fold.js';
import type { Typed } from './typed.js';

/** Something that an expression reads: a tag by its path, or a named value. */
export type Dependency =
  | { readonly kind: 'tag'; readonly path: string; readonly scalar: ScalarType }
  | { readonly kind: 'name'; readonly name: string; readonly type: ExpressionType };

export interface Checked {
  /** Undefined where there are errors. */
  readonly tree: Typed | undefined;
  readonly dependencies: readonly Dependency[];
  readonly findings: readonly ExpressionFinding[];
}

/** Checks a parsed expression against what there is: every fault it has, not only the first. */
export function check(node: Node, text: string, scope: ExpressionScope): Checked {
  const checker = new Checker(text, scope);
  const tree = checker.check(node);
  if (tree) checker.whole(tree, node);
  const { dependencies, findings } = checker;
  const isSound = findings.every(({ severity }) => severity === 'warning');
  return { tree: isSound ? tree : undefined, dependencies, findings };
}

class Checker {
  readonly dependencies: Dependency[] = [];
  readonly findings: ExpressionFinding[] = [];
  readonly #text: string;
  readonly #scope: ExpressionScope;
  readonly #calls = new Map<string, number>();

  constructor(text: string, scope: ExpressionScope) {
    this.#text = text;
    this.#scope = scope;
  }

  /** Undefined where it has an error; what stands around it is checked all the same. */
  check(node: Node): Typed | undefined {
    switch (node.kind) {
      case 'literal':
        return { kind: 'literal', value: node.value, type: node.type, remembers: false };
      case 'tag':
        return this.#tag(node);
      case 'name':
        return this.#name(node);
      case 'unary':
        return this.#unary(node);
      case 'binary':
        return this.#binary(node);
      case 'choice':
        return this.#choice(node);
      case 'in':
        return this.#in(node);
      case 'between':
        return this.#between(node);
      case 'call':
        return this.#call(node);
    }
  }

  /** What can only be said about the whole. */
  whole(tree: Typed, node: Node): void {
    const { wanted } = this.#scope;
    if (
      wanted !== undefined &&
      tree.type !== 'any' &&
      tree.type !== wanted &&
      !(wanted === 'number' && isNumber(tree.type))
    ) {
      if (!(wanted === 'float' && tree.type === 'int')) {
        this.#error(
          node,
          'expression-type',
          `the result is ${nameOf(tree.type)}, and ${nameOf(wanted)} is wanted here`,
        );
      }
    }
    const constant = this.dependencies.length > 0 || wanted === 'bool' ? fold(tree) : undefined;
    if (constant !== undefined && !tree.remembers) {
      this.#warn(node, 'expression-constant', `it is always ${String(constant)}, whatever the tags say`);
    }
  }

  #tag(node: Extract<Node, { kind: 'tag' }>): Typed | undefined {
    const path = this.#path(node);
    if (path === undefined) return undefined;
    const type = this.#scope.typeOf(path);
    if (!type) {
      const meant = didYouMean(path, this.#scope.pathsLike?.(path) ?? []);
      const hint = meant === undefined ? '' : `; did you mean {${meant}}?`;
      return this.#error(node, 'expression-tag-unknown', `no tag has the path ${path}${hint}`);
    }
    const expressionType = expressionTypeOf(type);
    if (expressionType === undefined) {
      return this.#error(
        node,
        'expression-type',
        `${path} is an array or bytes; expressions compute with single values`,
      );
    }
    const known = this.dependencies.findIndex((one) => one.kind === 'tag' && one.path === path);
    const index = known >= 0 ? known : this.dependencies.push({ kind: 'tag', path, scalar: type.scalar }) - 1;
    return { kind: 'input', index, scalar: type.scalar, type: expressionType, remembers: false };
  }

  #path(node: Extract<Node, { kind: 'tag' }>): string | undefined {
    const { path } = node;
    if (path === '') return this.#error(node, 'expression-tag-unknown', 'the path of a tag is missing: {line/speed}');
    if (!isRelative(path)) return path;
    const { folder } = this.#scope;
    const absolute = folder === undefined ? undefined : resolvePath(path, folder);
    if (absolute !== undefined && absolute !== '') return absolute;
    const why =
      folder === undefined ? 'is relative, and there is no folder to start from here' : 'leads out of the plant';
    return this.#error(node, 'expression-relative', `{${path}} ${why}; write the whole path`);
  }

  #name(node: Extract<Node, { kind: 'name' }>): Typed | undefined {
    const { names = {} } = this.#scope;
    const { name } = node;
    if (!Object.hasOwn(names, name)) return this.#error(node, 'expression-name-unknown', unknownName(name, names));
    const known = this.dependencies.findIndex((one) => one.kind === 'name' && one.name === name);
    const type = names[name];
    const index = known >= 0 ? known : this.dependencies.push({ kind: 'name', name, type }) - 1;
    return { kind: 'input', index, scalar: undefined, type, remembers: false };
  }

  #unary(node: Extract<Node, { kind: 'unary' }>): Typed | undefined {
    const operand = this.check(node.operand);
    if (!operand) return undefined;
    const { operator } = node;
    const { type, remembers } = operand;
    const wanted = { '!': ['bool'], '~': ['int'], '-': ['int', 'float', 'duration'] }[operator];
    if (type !== 'any' && !wanted.includes(type)) {
      return this.#error(node, 'expression-type', `${operator} takes ${wanted.join(', ')}, not ${nameOf(type)}`);
    }
    return { kind: 'unary', operator, operand, type: operator === '!' ? 'bool' : type, remembers };
  }

  #binary(node: Extract<Node, { kind: 'binary' }>): Typed | undefined {
    const left = this.check(node.left);
    const right = this.check(node.right);
    if (!left || !right) return undefined;
    const { operator } = node;
    const type = resultOfOperator(operator, left.type, right.type);
    if (type === undefined) return this.#error(node, 'expression-type', clash(operator, left.type, right.type));
    this.#warnOfFloats(node, left, right);
    return { kind: 'binary', operator, left, right, type, remembers: left.remembers || right.remembers };
  }

  #warnOfFloats(node: Extract<Node, { kind: 'binary' }>, left: Typed, right: Typed): void {
    const { operator } = node;
    const isEquality = operator === '==' || operator === '!=';
    if (isEquality && [left, right].some(({ type, kind }) => type === 'float' && kind !== 'literal')) {
      this.#warn(
        node,
        'expression-float-equality',
        `${operator} of floats depends on their last bit; write abs(a - b) < 0.001, or between`,
      );
    }
    const mixed = isNumber(left.type) && isNumber(right.type) && (left.type === 'float' || right.type === 'float');
    if (!mixed || !['+', '-', '*', '/'].includes(operator)) return;
    if ([left, right].some((side) => isWide(side))) {
      this.#warn(node, 'expression-not-exact', 'a 64-bit integer becomes a float here, which is exact up to 2^53 only');
    }
  }

  #choice(node: Extract<Node, { kind: 'choice' }>): Typed | undefined {
    const when = this.check(node.when);
    const then = this.check(node.then);
    const otherwise = this.check(node.otherwise);
    if (!when || !then || !otherwise) return undefined;
    if (when.type !== 'bool' && when.type !== 'any') {
      return this.#error(node.when, 'expression-type', `a condition is bool, not ${nameOf(when.type)}`);
    }
    const type = commonType(then.type, otherwise.type);
    if (type === undefined) {
      const both = `${nameOf(then.type)} and ${nameOf(otherwise.type)}`;
      return this.#error(node, 'expression-type', `both values must have one type, and they are ${both}`);
    }
    const remembers = when.remembers || then.remembers || otherwise.remembers;
    return { kind: 'choice', when, then: widened(then, type), otherwise: widened(otherwise, type), type, remembers };
  }

  #in(node: Extract<Node, { kind: 'in' }>): Typed | undefined {
    const subject = this.check(node.subject);
    const items = node.items.map((item) => this.check(item));
    if (!subject || !items.every((item) => item !== undefined)) return undefined;
    for (const [i, item] of items.entries()) {
      if (isSameKind(subject.type, item.type)) continue;
      return this.#error(node.items[i], 'expression-type', clash('==', subject.type, item.type));
    }
    const remembers = [subject, ...items].some((one) => one.remembers);
    return { kind: 'in', subject, items, negated: node.negated, type: 'bool', remembers };
  }

  #between(node: Extract<Node, { kind: 'between' }>): Typed | undefined {
    const subject = this.check(node.subject);
    const low = this.check(node.low);
    const high = this.check(node.high);
    if (!subject || !low || !high) return undefined;
    for (const [end, at] of [
      [low, node.low],
      [high, node.high],
    ] as const) {
      if (resultOfOperator('<=', subject.type, end.type)) continue;
      return this.#error(at, 'expression-type', clash('<=', subject.type, end.type));
    }
    const remembers = subject.remembers || low.remembers || high.remembers;
    return { kind: 'between', subject, low, high, negated: node.negated, type: 'bool', remembers };
  }

  #call(node: Extract<Node, { kind: 'call' }>): Typed | undefined {
    const args = node.arguments.map((argument) => this.check(argument));
    const definition = functionNamed(node.name);
    if (!definition) {
      return this.#error(node.nameSpan, 'expression-function-unknown', unknownFunction(node.name));
    }
    if (!args.every((argument) => argument !== undefined)) return undefined;
    if (!this.#fits(node, definition, args)) return undefined;
    const types = args.map(({ type }) => type);
    return {
      kind: 'call',
      definition,
      arguments: args,
      stateKey: this.#stateKey(node),
      type: definition.resultType(types),
      remembers: definition.remembers === true || args.some(({ remembers }) => remembers),
    };
  }

  #fits(node: Extract<Node, { kind: 'call' }>, definition: FunctionDefinition, args: readonly Typed[]): boolean {
    const { parameters, name } = definition;
    const least = parameters.filter(({ optional }) => !optional).length;
    const most = parameters.some(({ repeated }) => repeated) ? Infinity : parameters.length;
    if (args.length < least || args.length > most) {
      const message = `${signatureOf(definition)} is called with ${args.length} values`;
      this.#error(node, 'expression-arguments', message);
      return false;
    }
    for (const [i, argument] of args.entries()) {
      const parameter = parameters[Math.min(i, parameters.length - 1)];
      const at = node.arguments[i];
      if (!takes(parameter, argument.type)) {
        const wanted = `${parameter.name} of ${name} is ${nameOf(parameter.type)}`;
        this.#error(at, 'expression-type', `${wanted}, not ${nameOf(argument.type)}`);
        return false;
      }
      if (parameter.constant && argument.kind !== 'literal') {
        this.#error(at, 'expression-arguments', `${parameter.name} of ${name} must be written out, as a plain value`);
        return false;
      }
    }
    const constants = args.map((argument) => (argument.kind === 'literal' ? argument.value : undefined));
    const wrong = definition.check?.(constants);
    if (wrong) this.#error(node.arguments[wrong.argument], 'expression-arguments', wrong.message);
    return wrong === undefined;
  }

  /** Stays the same when the text around the call changes. */
  #stateKey({ from, to }: Span): string {
    const text = this.#text.slice(from, to).replaceAll(/\s+/g, ' ');
    const before = this.#calls.get(text) ?? 0;
    this.#calls.set(text, before + 1);
    return before === 0 ? text : `${text} #${before + 1}`;
  }

  #error(span: Span, rule: ExpressionRule, message: string): undefined {
    this.findings.push(findingAt(span, rule, message));
  }

  #warn(span: Span, rule: ExpressionRule, message: string): void {
    this.findings.push(findingAt(span, rule, message, 'warning'));
  }
}

const isWide = (node: Typed): boolean => node.kind === 'input' && (node.scalar === 'int64' || node.scalar === 'uint64');

/** An integer where a float is wanted: as a float. */
function widened(node: Typed, type: ExpressionType): Typed {
  if (type !== 'float' || node.type !== 'int') return node;
  if (node.kind === 'literal') return { ...node, value: Number(node.value), type: 'float' };
  const toFloat = functionNamed('float')!;
  return {
    kind: 'call',
    definition: toFloat,
    arguments: [node],
    stateKey: '',
    type: 'float',
    remembers: node.remembers,
  };
}

function takes({ type }: Parameter, given: ExpressionType): boolean {
  if (given === 'any' || type === 'value') return true;
  if (type === 'number') return isNumber(given);
  return type === given || (type === 'float' && given === 'int');
}

function clash(operator: BinaryOperator, left: ExpressionType, right: ExpressionType): string {
  const both = `${nameOf(left)} ${operator} ${nameOf(right)}`;
  if ((left === 'duration' && isNumber(right)) || (right === 'duration' && isNumber(left))) {
    return `${both} does not go together; write the number as a duration: 5s, 2min`;
  }
  if ((operator === 'div' || operator === 'mod') && isNumber(left) && isNumber(right)) {
    return `${operator} is for integers; / divides floats, and round(x) makes an integer of one`;
  }
  if (operator === '+' && (left === 'string' || right === 'string')) {
    return `${both} does not go together; text(x) makes a text of a value`;
  }
  return `${both} does not go together`;
}

function nameOf(type: ExpressionType | 'number' | 'value'): string {
  return type === 'number' ? 'a number' : type;
}

function unknownName(name: string, names: Readonly<Record<string, ExpressionType>>): string {
  const known = Object.keys(names);
  const meant = didYouMean(name, [...known, ...functionNames]);
  const hint =
    meant === undefined ? '' : functionNamed(meant) ? `; did you mean ${meant}(…)?` : `; did you mean ${meant}?`;
  const tags = `the path of a tag stands in braces: {${name}}`;
  return `${name} is nothing here; ${known.length > 0 ? `there are ${known.join(', ')}, and ${tags}` : tags}${hint}`;
}

function unknownFunction(name: string): string {
  const meant = didYouMean(name, functionNames);
  return `there is no function ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

/** `clamp(x, low, high)`, as in the reference. */
export function signatureOf({ name, parameters }: FunctionDefinition): string {
  const shown = parameters.map(({ name: one, optional, repeated }) => {
    const text = repeated ? `${one}, …` : one;
    return optional ? `[${text}]` : text;
  });
  return `${name}(${shown.join(', ')})`;
}
