/** As many files with their types as one process of ESLint has room for: it keeps every program that it has loaded. */
export const mostFiles = 700;

/** Files in their order, so that neighbours, which see the same types, stay together; portions are about equally large. */
export function portionsOf(files, most = mostFiles) {
  const count = Math.max(1, Math.ceil(files.length / most));
  const size = Math.ceil(files.length / count);
  return Array.from({ length: count }, (_none, i) => files.slice(i * size, (i + 1) * size));
}
