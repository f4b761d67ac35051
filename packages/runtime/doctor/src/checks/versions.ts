import { fail, ok, warn, type Check } from '../check.js';

/** Which the product is tested with. */
const ownMajor = 24;
const oldestMajor = 22;

export const versions: Check = {
  id: 'versions',
  run({ version, running }) {
    const node = process.versions.node;
    const major = Number(node.split('.')[0]);
    const said = `Fieldwarden ${version}, Node ${node}, OpenSSL ${process.versions.openssl}`;
    if (major < oldestMajor) return fail(`${said}: this Node gets no corrections any more`, 'start with the Node that comes with the packages: npm run setup'); // prettier-ignore
    if (running && running.version !== version) return warn(`the gateway that runs is ${running.version}, this program is ${version}`, 'start the gateway anew: fieldwarden down, fieldwarden up'); // prettier-ignore
    if (major !== ownMajor) return warn(`${said}: tested is Node ${ownMajor}`, 'start with the Node that comes with the packages: npm run setup'); // prettier-ignore
    return ok(said);
  },
};
