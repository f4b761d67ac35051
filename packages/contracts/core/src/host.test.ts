import { describe, expect, it } from 'vitest';
import { hostFault, plainHost } from './host.js';

describe('what may stand for a host', () => {
  it.each([
    'plc',
    'plc-1.line_2.example',
    'PLC.example.',
    '1st-floor',
    '3com.example',
    'xn--mnchen-3ya.example',
    '10.0.0.8',
    '192.168.0.10',
    '0.0.0.0',
    '255.255.255.255',
    '::1',
    '[::1]',
    'fe80::1%eth0',
    '2001:db8::10',
    '::ffff:10.0.0.8',
    `${'a'.repeat(63)}.b`,
  ])('%s may', (host) => expect(hostFault(host)).toBeUndefined());

  it.each([
    ['', 'is empty'],
    ['  ', 'is blank'],
    ['10.0.0.8 ', 'contains a blank'],
    ['my plc', 'contains a blank'],
    ['127.000.000.010', 'has leading zeros, which many programs read as octal; write 127.0.0.10'],
    ['010.1.2.3', 'has leading zeros, which many programs read as octal; write 10.1.2.3'],
    ['0x7f.0.0.1', 'has a hexadecimal part; write an IPv4 address in decimal'],
    ['0x7f000001', 'has a hexadecimal part; write an IPv4 address in decimal'],
    ['10.1', 'has 2 numbers; an IPv4 address has four'],
    ['10.1.2.3.4', 'has 5 numbers; an IPv4 address has four'],
    ['10.1.2.3.', 'ends in a number but is no IPv4 address'],
    ['167772161', 'is one number; write an IPv4 address as four, such as 192.168.0.10'],
    ['plc.1', 'ends in a number but is no IPv4 address'],
    ['10.0.0.256', 'has a number above 255; those of an IPv4 address go to 255'],
    ['10.0.0.8:502', 'contains a port; give the host alone, 10.0.0.8, and the port as port'],
    ['plc:502', 'contains a port; give the host alone, plc, and the port as port'],
    ['[::1]:502', 'contains a port; give the host alone, [::1], and the port as port'],
    ['[10.0.0.8]', 'has brackets around what is no IPv6 address'],
    ['[::1', 'has brackets around what is no IPv6 address'],
    ['1:2:3', 'is no IPv6 address'],
    ['tcp://10.0.0.8:502/x', 'is a URL; give the host alone, 10.0.0.8'],
    ['opc.tcp://plc:4840', 'is a URL; give the host alone, plc'],
    ['10.0.0.8/24', 'contains a character of a URL; give the host alone'],
    ['me@plc', 'contains a character of a URL; give the host alone'],
    ['plc..example', 'has an empty part between two dots'],
    ['münchen.example', 'has characters outside ASCII; write such a name in its xn-- form'],
    ['plc;rm', 'contains ";"; names have letters, digits, hyphens and dots'],
    ['-plc', 'has a part that begins or ends with a hyphen'],
    [`${'a'.repeat(64)}.b`, 'has a part of more than 63 characters'],
    ['ab.'.repeat(90), 'has 270 characters; a name has at most 253'],
  ])('%j may not: it %s', (host, why) => expect(hostFault(host)).toBe(why));

  it('is used without the brackets of an IPv6 address', () => {
    expect(['[::1]', '::1', 'plc', '[plc]'].map(plainHost)).toEqual(['::1', '::1', 'plc', '[plc]']);
  });
});
