/**
 * Why `text` cannot be the host of a peer, in words that follow its name ("host has leading zeros …"); undefined if it can.
 *
 * A host is a name (RFC 1123, underscores allowed as Docker and Windows use them), an IPv4 address of four plain decimal numbers, or an
 * IPv6 address with or without brackets. What resolvers read as another address than a person does is refused: octal `010`, hexadecimal
 * `0x7f`, short `10.1`, one number `167772161` (RFC 6943, 3.1.1).
 */
export function hostFault(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (text.trim() === '') return 'is blank';
  if (/\s/.test(text)) return 'contains a blank';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return `is a URL; give the host alone${suggestion(hostOfUrl(text))}`;
  if (/[/?#@]/.test(text)) return 'contains a character of a URL; give the host alone';
  const bare = plainHost(text);
  if (isIPv6(bare)) return undefined;
  if (bare !== text || /^\[|\]$/.test(text)) return bracketFault(text);
  const withPort = /^([^:]+):(\d+)$/.exec(text);
  if (withPort) return `contains a port; give the host alone${suggestion(withPort[1])}, and the port as port`;
  if (text.includes(':')) return 'is no IPv6 address';
  return endsInNumber(text) ? ipv4Fault(text) : nameFault(text);
}

/** An IPv6 address without the brackets in which URLs put it; everything else as it is. */
export function plainHost(text: string): string {
  return text.startsWith('[') && text.endsWith(']') && isIPv6(text.slice(1, -1)) ? text.slice(1, -1) : text;
}

/** Also with a zone, as link-local addresses need one (RFC 4007, 11.2). */
function isIPv6(text: string): boolean {
  const [, address] = /^([0-9a-f:.]*:[0-9a-f:.]*)(?:%[\w.-]+)?$/i.exec(text) ?? [];
  return address !== undefined && URL.canParse(`http://[${address}]/`);
}

function bracketFault(text: string): string {
  const withPort = /^(\[.*\]):\d+$/.exec(text);
  if (withPort) return `contains a port; give the host alone${suggestion(withPort[1])}, and the port as port`;
  return 'has brackets around what is no IPv6 address';
}

/** What resolvers try to read as an IPv4 address: its last part is a number (URL Standard, "ends in a number"). */
function endsInNumber(text: string): boolean {
  return /(^|\.)(\d+|0x[0-9a-f]*)\.?$/i.test(text);
}

function ipv4Fault(text: string): string | undefined {
  const parts = text.split('.');
  if (parts.some((part) => /^0x/i.test(part))) return 'has a hexadecimal part; write an IPv4 address in decimal';
  if (parts.length === 1) return 'is one number; write an IPv4 address as four, such as 192.168.0.10';
  if (!parts.every((part) => /^\d+$/.test(part))) return 'ends in a number but is no IPv4 address';
  if (parts.length !== 4) return `has ${parts.length} numbers; an IPv4 address has four`;
  if (parts.some((part) => Number(part) > 255)) return 'has a number above 255; those of an IPv4 address go to 255';
  if (parts.some((part) => /^0\d/.test(part))) {
    return `has leading zeros, which many programs read as octal; write ${parts.map(Number).join('.')}`;
  }
  return undefined;
}

function nameFault(text: string): string | undefined {
  if (text.length > 253) return `has ${text.length} characters; a name has at most 253`;
  if (/[^\x00-\x7f]/.test(text)) return 'has characters outside ASCII; write such a name in its xn-- form';
  const labels = text.replace(/\.$/, '').split('.');
  if (labels.includes('')) return 'has an empty part between two dots';
  const strange = /[^A-Za-z0-9_-]/.exec(labels.join(''));
  if (strange) return `contains ${JSON.stringify(strange[0])}; names have letters, digits, hyphens and dots`;
  if (labels.some((label) => label.length > 63)) return 'has a part of more than 63 characters';
  if (labels.some((label) => /^-|-$/.test(label))) return 'has a part that begins or ends with a hyphen';
  return undefined;
}

function hostOfUrl(text: string): string | undefined {
  return URL.canParse(text) ? new URL(text).hostname || undefined : undefined;
}

function suggestion(host: string | undefined): string {
  return host !== undefined && hostFault(host) === undefined ? `, ${host}` : '';
}
