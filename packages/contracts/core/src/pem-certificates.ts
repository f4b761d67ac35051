/** The certificates in a text in PEM, each as it stands there, in their order. Throws an Error with words where there is none. */
export function pemCertificates(text: string): readonly [string, ...string[]] {
  const [first, ...more] = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (first === undefined) throw new Error('there is no BEGIN CERTIFICATE in it');
  return [first, ...more];
}
