/** `npm run sbom [-- FILE]`: what the installed tree is made of, as CycloneDX, on standard output or in a file; `--notice FILE`: as a list for people. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../process/paths.mjs';
import { cycloneDx } from '../sbom/cyclonedx.mjs';
import { installedClosure, lockFile } from '../sbom/installed-closure.mjs';
import { noticeOf } from '../sbom/notice.mjs';

const [first, second] = process.argv.slice(2);
const product = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const packages = installedClosure(root);

if (first === '--notice') writeFileSync(second, noticeOf(product, packages));
else {
  const bom = `${JSON.stringify(cycloneDx(product, packages, lockFile(root).packages), null, 1)}\n`;
  if (first === undefined) process.stdout.write(bom);
  else writeFileSync(first, bom);
}
