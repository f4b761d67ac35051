import { GatewayError } from '@fieldwarden/core';

/** The kinds of identifiers (OPC 10000-6, 5.3.1.10): number, text, GUID, bytes. */
export type IdentifierKind = 'i' | 's' | 'g' | 'b';

/** A step into a value: a field of a structure, or an element of an array or matrix. */
export type ValueStep = { readonly field: string } | { readonly index: readonly number[] };

/** A node of a server, and where in its value the point lies. */
export interface NodeAddress {
  /** Index as the server counts them, or the namespace's URI. */
  readonly namespace: number | string;
  readonly kind: IdentifierKind;
  /** Digits, text, GUID in lower case, or base64. */
  readonly identifier: string;
  /** Empty: the whole value. */
  readonly steps: readonly ValueStep[];
}

const maxLength = 4_096;
const step = /\.?([^.[\]#\s][^.[\]#]*)|\[(\d{1,9}(?:,\d{1,9})*)\]/y;

/**
 * `ns=2;s=Boiler.Speed`, `nsu=urn:plant;i=5001`, `i=2258`, and after `#` a place in the value: `ns=2;s=Recipe#steps[3].weight`, `ns=2;s=Levels#[2]`.
 * A `#` of the identifier itself is written `##`. Throws kind `config`.
 */
export function parseNodeAddress(text: string): NodeAddress {
  if (text.length > maxLength) throw refused(text.slice(0, 40), `it is longer than ${maxLength} characters`);
  const { node, steps } = divided(text);
  const { namespace, rest } = namespaceOf(node, text);
  const kind = rest.slice(0, 2);
  if (!/^[isgb]=$/.test(kind))
    throw refused(text, 'an identifier begins with i=, s=, g= or b=; s=Name is a text, i=5 a number');
  return {
    namespace,
    kind: kind[0] as IdentifierKind,
    identifier: identifierOf(kind[0] as IdentifierKind, rest.slice(2), text),
    steps,
  };
}

/** As it would be written; a namespace index stays one. */
export function formatNodeAddress({ namespace, kind, identifier, steps }: NodeAddress): string {
  const prefix =
    typeof namespace === 'string' ? `nsu=${escapedUri(namespace)};` : namespace === 0 ? '' : `ns=${namespace};`;
  const node = `${prefix}${kind}=${identifier}`.replaceAll('#', '##');
  return steps.length === 0 ? node : `${node}#${formatSteps(steps)}`;
}

export function formatSteps(steps: readonly ValueStep[]): string {
  return steps
    .map((one, i) => ('field' in one ? `${i === 0 ? '' : '.'}${one.field}` : `[${one.index.join(',')}]`))
    .join('');
}

/** Up to the first `#` that stands alone. */
function divided(text: string): { readonly node: string; readonly steps: readonly ValueStep[] } {
  const match = /^((?:[^#]|##)*)(?:#([^#]*))?$/.exec(text);
  if (!match)
    throw refused(text, 'only one # divides a node from the place in its value; write ## for a # of its name');
  const [, node, place] = match;
  if (place === '') throw refused(text, 'after # stands a field or [index]; write ## for a # of its name');
  return { node: node.replaceAll('##', '#'), steps: place === undefined ? [] : stepsOf(place, text) };
}

function stepsOf(place: string, text: string): readonly ValueStep[] {
  const steps: ValueStep[] = [];
  step.lastIndex = 0;
  while (step.lastIndex < place.length) {
    const match = step.exec(place);
    if (!match) throw refused(text, `${place} is no place in a value, such as field, field.part or [3]`);
    const [, field, index] = match;
    steps.push(field === undefined ? { index: index.split(',').map(Number) } : { field });
  }
  return steps;
}

function namespaceOf(node: string, text: string): { readonly namespace: number | string; readonly rest: string } {
  const uri = /^nsu=([^;]+);(.*)$/s.exec(node);
  if (uri) return { namespace: unescapedUri(uri[1]), rest: uri[2] };
  const index = /^ns=(\d{1,5});(.*)$/s.exec(node);
  if (!index) {
    if (/^(ns|nsu|svr)=/.test(node)) throw refused(text, 'a namespace is written ns=2; or nsu=urn:plant;');
    return { namespace: 0, rest: node };
  }
  if (Number(index[1]) > 0xffff) throw refused(text, 'a namespace index is at most 65535');
  return { namespace: Number(index[1]), rest: index[2] };
}

function identifierOf(kind: IdentifierKind, identifier: string, text: string): string {
  switch (kind) {
    case 'i':
      if (!/^\d{1,10}$/.test(identifier) || Number(identifier) > 0xffff_ffff)
        throw refused(text, `i=${identifier} is no number of 32 bits; a text is written s=${identifier}`);
      return String(Number(identifier));
    case 's':
      if (identifier === '') throw refused(text, 's= has no text');
      return identifier;
    case 'g':
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(identifier))
        throw refused(text, `g=${identifier} is no GUID`);
      return identifier.toLowerCase();
    case 'b':
      if (!/^[A-Za-z0-9+/]+={0,2}$/.test(identifier)) throw refused(text, `b=${identifier} is not base64`);
      return identifier;
  }
}

/** OPC 10000-6, 5.1.12: `;` and `%` of a URI are escaped. */
function unescapedUri(uri: string): string {
  return uri.replaceAll('%3B', ';').replaceAll('%3b', ';').replaceAll('%25', '%');
}

function escapedUri(uri: string): string {
  return uri.replaceAll('%', '%25').replaceAll(';', '%3B');
}

function refused(text: string, why: string): GatewayError {
  return new GatewayError({
    code: 'OPCUA_ADDRESS_INVALID',
    kind: 'config',
    message: `${JSON.stringify(text)} is no address of an OPC UA node: ${why}`,
  });
}
