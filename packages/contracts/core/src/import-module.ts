import { registerHooks } from 'node:module';

/** What a third party's module may import without having it installed. */
const offered = /^(?:@fieldwarden\/[a-z0-9-]+|zod)(?:\/|$)/;

/** Modules from whose packages the offer is made. */
const offerers = new Set<string>();
let hooked = false;

/**
 * Imports a module that may lie anywhere, even where nothing is installed: the packages of the gateway, and zod, that it does not find
 * itself it gets from the package of `offerer`, an `import.meta.url`. What it has installed goes first.
 */
export async function importModule(url: string, offerer: string): Promise<Readonly<Record<string, unknown>>> {
  offerers.add(offerer);
  if (!hooked) offer();
  hooked = true;
  return (await import(url)) as Readonly<Record<string, unknown>>;
}

/** Once for all of a thread: there is no way to look modules up differently for one import. */
function offer(): void {
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        if (!offered.test(specifier) || !isNotFound(error)) throw error;
        for (const parentURL of offerers) {
          try {
            return next(specifier, { ...context, parentURL });
          } catch {
            continue; // another one may have it; else the first failure is the one to show
          }
        }
        throw error;
      }
    },
  });
}

function isNotFound(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}
