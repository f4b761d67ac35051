import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { capabilitiesThroughInvoker } from './rules/capabilities-through-invoker.mjs';
import { noAsyncHandler } from './rules/no-async-handler.mjs';
import { noCycle } from './rules/no-cycle.mjs';

const root = new URL('../..', import.meta.url).pathname;

const tests = ['**/*.test.ts'];

const fieldwarden = {
  rules: {
    'capabilities-through-invoker': capabilitiesThroughInvoker,
    'no-async-handler': noAsyncHandler,
    'no-cycle': noCycle,
  },
};

/**
 * Who may touch the capabilities of a session (SPEC §5.6): the invoker; the Host's end of the channel and the Proxy; drivers
 * themselves; and what tries or measures a bare session. Everybody else goes through the invoker.
 */
const besideTheInvoker = [
  'packages/runtime/invoker/**',
  'packages/runtime/channel/src/{served/server,served/served-session,served/served-plans,client/proxy-session}.ts',
  'packages/runtime/channel/src/{benchmark,testing}/**',
  'packages/runtime/channel/src/**/*.test.ts',
  'packages/drivers/**',
  'packages/kit/testkit/**',
  'apps/driver-host/src/test-drivers/**',
  'apps/driver-host/src/*.test.ts',
  'apps/rig/src/plant.test.ts',
  'tooling/bench/src/benchmarks/invoker.ts',
];

/** What a layer may not import, and what it may instead. */
const otherThanContracts = {
  regex: '^@fieldwarden/(?!core(/|$)|driver$|service$|(gateway|admin)-contract)',
  message: 'contracts import contracts only',
};
const aDriver = {
  regex: '^@fieldwarden/driver-',
  message: 'outlets and the runtime see the driver contract (@fieldwarden/driver), never a driver',
};
const apiShapes = {
  regex: '^@fieldwarden/admin-contract',
  message: 'shapes of the Admin API are for apps and outlets/admin-api; the words are in @fieldwarden/gateway-contract',
};
const anApp = {
  regex: '^@fieldwarden/(gateway|driver-host|service-host|cli|console|rig)(/|$)',
  message: 'packages see no application: what they need of it arrives as an argument',
};
const theRunningGateway = {
  regex: '^@fieldwarden/(?!core$|storage$|door$|accounts$|testkit$|(gateway|admin)-contract)',
  message: 'the Admin API asks by src/control; what runs is looked at in src/answers and src/views',
};

/** Each layer may reach down, never up or sideways; `turbo boundaries` holds the same line for whole packages. Layers do not overlap. */
function layer(files, denied, except = []) {
  return {
    files,
    ignores: [...tests, ...except],
    rules: { 'no-restricted-imports': ['error', { patterns: denied }] },
  };
}

export default defineConfig(
  globalIgnores([
    '**/dist/',
    '**/coverage/',
    '**/*.generated.ts',
    '**/.fieldwarden/',
    // Relative to whichever configuration file is nearest: this one, or the stub at the top.
    '**/fixtures/violating/',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['vitest.config.ts', 'tooling/vitest/*.ts'] },
        tsconfigRootDir: root,
      },
    },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Typed arrays and tables indexed by a checked index: `!` says what the type system cannot see.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // An async method without await keeps a contract whose other implementations wait.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Plans and subscriptions are opaque to everyone but the session that made them, which casts them back.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // OPC UA transmits enumerations as numbers.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // `void | Promise<void>` is how a callback says that it may, but need not, be async.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // Without noUncheckedIndexedAccess the types of table look-ups claim more than is true; the guards stay.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
      // Byte orders, hexadecimal digits and the like are spread on purpose; they are ASCII.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
    },
  },
  {
    files: ['**/*.mjs'],
    rules: { eqeqeq: 'error', 'no-var': 'error', 'prefer-const': 'error' },
  },
  {
    files: ['**/*.{ts,tsx,mjs}'],
    plugins: { fieldwarden },
    rules: { 'fieldwarden/no-cycle': 'error' },
  },
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { fieldwarden },
    rules: { 'fieldwarden/no-async-handler': 'error' },
  },
  {
    files: ['**/*.ts'],
    ignores: besideTheInvoker,
    rules: { 'fieldwarden/capabilities-through-invoker': 'error' },
  },
  layer(['packages/contracts/admin/**/*.ts'], [otherThanContracts]),
  layer(['packages/contracts/**/*.ts'], [otherThanContracts, apiShapes], ['packages/contracts/admin/**']),
  layer(['packages/kit/**/*.ts', 'packages/drivers/**/*.ts'], [apiShapes]),
  layer(['packages/outlets/admin-api/src/{answers,views}/**/*.ts'], [aDriver, anApp]),
  layer(
    ['packages/outlets/admin-api/**/*.ts'],
    [theRunningGateway],
    ['packages/outlets/admin-api/src/{answers,views}/**'],
  ),
  layer(
    ['packages/outlets/**/*.ts', 'packages/automation/**/*.ts', 'packages/runtime/**/*.ts'],
    [aDriver, anApp, apiShapes],
    ['packages/outlets/admin-api/**'],
  ),
  {
    files: tests,
    rules: {
      '@typescript-eslint/no-empty-function': 'off',
      // `expect.any(…)` and its like are typed any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // Tests look at members without calling them.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
