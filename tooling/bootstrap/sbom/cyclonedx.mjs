import { createHash } from 'node:crypto';

/** CycloneDX 1.6, JSON. `locked`: entries of the lock file by path, for the digests of what was installed. The same tree gives the same bytes. */
export function cycloneDx(product, packages, locked) {
  const components = packages.map((one) => componentOf(one, locked[one.path]));
  const digest = createHash('sha256').update(JSON.stringify(components)).digest('hex');
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(digest)}`,
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': `pkg:npm/${product.name}@${product.version}`,
        name: product.name,
        version: product.version,
        licenses: [{ license: { id: product.license } }],
      },
    },
    components,
  };
}

function componentOf({ name, version, licence, repository }, { integrity, resolved } = {}) {
  const [group, short] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const purl = `pkg:npm/${group ? `${encodeURIComponent(group)}/` : ''}${short}@${version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    ...(group && { group }),
    name: short,
    version,
    ...(integrity && { hashes: hashesOf(integrity) }),
    licenses: [/ (?:OR|AND) |^\(/.test(licence) ? { expression: licence } : { license: { id: licence } }],
    purl,
    ...(repository && { externalReferences: [{ type: 'vcs', url: repository.replace(/^git\+/, '') }] }),
    ...(resolved && { properties: [{ name: 'npm:file', value: resolved.split('/').at(-1) }] }),
  };
}

/** Subresource integrity, `sha512-…` in base64. */
function hashesOf(integrity) {
  return integrity.split(' ').map((one) => {
    const [algorithm, value] = one.split(/-(.*)/s);
    return { alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(value, 'base64').toString('hex') };
  });
}

/** RFC 9562, 5.8: of our own making, from what is in it. */
function uuidOf(digest) {
  const hex = `${digest.slice(0, 12)}8${digest.slice(13, 16)}8${digest.slice(17, 32)}`;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
