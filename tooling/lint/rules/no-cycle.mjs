import { relative } from 'node:path';
import { ModuleImports, resolveRelative } from '../imports/module-imports.mjs';

const modules = new ModuleImports();

/**
 * No module reaches itself through its imports, types included: two files that need each other's types cannot be read one after the
 * other. Looks at relative names only; between packages TypeScript's project references refuse a circle.
 *
 * `allowed` names pairs of files, relative to the root of the tree, whose imports of each other are left out.
 */
export const noCycle = {
  meta: {
    type: 'problem',
    docs: { description: 'Forbids a module to import itself through others, be it for types only' },
    schema: [{ type: 'object', properties: { allowed: { type: 'array' } }, additionalProperties: false }],
    messages: {
      cycle: 'A circle of imports: {{way}}. Move what both need to a file of its own.',
    },
  },
  create(context) {
    const { filename, cwd, options } = context;
    const isAllowed = allowedPairs(options[0]?.allowed ?? [], cwd);

    /** For every import of this file that leads back to it, the shortest way. */
    function check(source) {
      if (typeof source?.value !== 'string' || !source.value.startsWith('.')) return;
      const imported = resolveRelative(filename, source.value);
      if (!imported || isAllowed(filename, imported)) return;
      const way = wayBack(imported, filename, isAllowed);
      if (!way) return;
      context.report({
        node: source,
        messageId: 'cycle',
        data: { way: [filename, ...way].map((file) => relative(cwd, file)).join(' → ') },
      });
    }

    return {
      ImportDeclaration: ({ source }) => check(source),
      ExportNamedDeclaration: ({ source }) => check(source),
      ExportAllDeclaration: ({ source }) => check(source),
      ImportExpression: ({ source }) => check(source),
      TSImportType: ({ source }) => check(source),
    };
  },
};

function allowedPairs(pairs, cwd) {
  const allowed = new Set(pairs.flatMap(([a, b]) => [`${a}\n${b}`, `${b}\n${a}`]));
  return (from, to) => allowed.size > 0 && allowed.has(`${relative(cwd, from)}\n${relative(cwd, to)}`);
}

/** The files from `start` to `goal`, both included; breadth first, so no other way is shorter. */
function wayBack(start, goal, isAllowed) {
  const cameFrom = new Map([[start, undefined]]);
  for (const file of cameFrom.keys()) {
    if (file === goal) return wayTo(file, cameFrom);
    for (const next of modules.of(file)) {
      if (!cameFrom.has(next) && !isAllowed(file, next)) cameFrom.set(next, file);
    }
  }
  return undefined;
}

function wayTo(end, cameFrom) {
  const way = [];
  for (let file = end; file; file = cameFrom.get(file)) way.unshift(file);
  return way;
}
