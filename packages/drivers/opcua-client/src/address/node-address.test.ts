import { isGatewayError } from '@fieldwarden/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatNodeAddress, parseNodeAddress, type NodeAddress } from './node-address.js';
import { NamespaceBook } from './namespaces.js';

describe('an address of a node', () => {
  test.each<[string, Partial<NodeAddress>]>([
    ['i=2258', { namespace: 0, kind: 'i', identifier: '2258', steps: [] }],
    ['ns=2;s=Drive.Speed', { namespace: 2, kind: 's', identifier: 'Drive.Speed' }],
    ['ns=3;s=a;b=c', { namespace: 3, identifier: 'a;b=c' }],
    ['nsu=urn:press%3Bplc;s=x', { namespace: 'urn:press;plc', identifier: 'x' }],
    ['ns=1;g=09087E75-8E5E-499B-954F-F2A9603DB28A', { kind: 'g', identifier: '09087e75-8e5e-499b-954f-f2a9603db28a' }],
    ['ns=1;b=AAEC', { kind: 'b', identifier: 'AAEC' }],
    ['ns=2;s=A##B', { identifier: 'A#B', steps: [] }],
    ['ns=2;s=A##B#C', { identifier: 'A#B', steps: [{ field: 'C' }] }],
    ['ns=2;s=R#Steps[3].Name', { steps: [{ field: 'Steps' }, { index: [3] }, { field: 'Name' }] }],
    ['ns=2;s=G#[1,0]', { steps: [{ index: [1, 0] }] }],
  ])('%s', (text, expected) => {
    expect(parseNodeAddress(text)).toMatchObject(expected);
  });

  test.each([
    ['', /begins with i=, s=, g= or b=/],
    ['Drive.Speed', /begins with i=/],
    ['ns=1', /a namespace is written ns=2;/],
    ['nsu=;s=x', /a namespace is written/],
    ['svr=1;s=x', /a namespace is written/],
    ['ns=70000;i=1', /at most 65535/],
    ['i=abc', /no number of 32 bits/],
    ['i=4294967296', /no number of 32 bits/],
    ['s=', /s= has no text/],
    ['g=1', /no GUID/],
    ['b=?', /not base64/],
    ['s=a#', /after # stands a field/],
    ['s=a#b#c', /only one #/],
    ['s=a#b..c', /no place in a value/],
    ['s=a#[x]', /no place in a value/],
  ])('%j is refused in words', (text, words) => {
    let refusal: unknown;
    try {
      parseNodeAddress(text);
    } catch (error) {
      refusal = error;
    }
    expect(isGatewayError(refusal) && [refusal.kind, words.test(refusal.message)]).toEqual(['config', true]);
  });

  test('is the same again when it is written out', () => {
    const text = fc.string({ minLength: 1 }).filter((one) => !/^\s|\s$/.test(one));
    const namespace = fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom('urn:a', 'http://b/c;d%e'));
    const step = fc.oneof(
      fc.stringMatching(/^[A-Za-z_]\w*$/).map((field) => ({ field })),
      fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 3 }).map((index) => ({ index })),
    );
    fc.assert(
      fc.property(namespace, text, fc.array(step, { maxLength: 4 }), (space, identifier, steps) => {
        const address: NodeAddress = { namespace: space, kind: 's', identifier, steps };
        expect(parseNodeAddress(formatNodeAddress(address))).toEqual(address);
      }),
    );
  });
});

describe('an index of a namespace', () => {
  const first = ['http://opcfoundation.org/UA/', 'urn:server', 'urn:plc'];
  const moved = ['http://opcfoundation.org/UA/', 'urn:server', 'urn:new', 'urn:plc'];

  test('counts as it stood when it was first resolved', () => {
    const book = new NamespaceBook();
    expect(book.indexOf(parseNodeAddress('ns=2;s=x'), first)).toBe(2);
    expect(book.indexOf(parseNodeAddress('ns=2;s=x'), moved)).toBe(3);
    expect(book.indexOf(parseNodeAddress('nsu=urn:plc;s=x'), moved)).toBe(3);
    expect(book.indexOf(parseNodeAddress('ns=2;s=x'), ['http://opcfoundation.org/UA/'])).toBeUndefined();
  });

  test('that the server does not list is passed on as it is', () => {
    expect(new NamespaceBook().indexOf(parseNodeAddress('ns=7;s=x'), first)).toBe(7);
  });
});
