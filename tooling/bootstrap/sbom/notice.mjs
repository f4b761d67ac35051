/** Whose software is in the product, and under which terms; for people. */
export function noticeOf(product, packages) {
  const everywhere = packages.filter(({ ofOnePlatform }) => !ofOnePlatform); // the others are parts of one that is listed
  const rows = everywhere.map(({ name, version, licence }) => `${name} ${version}  ${licence}`);
  return [
    `${product.name} ${product.version} is under the licence ${product.license}. It contains the packages below, each under its own; their licence texts`,
    'lie in their folders below node_modules. Written by `npm run sbom -- --notice tooling/deploy/NOTICE`.',
    '',
    ...rows,
    '',
  ].join('\n');
}
