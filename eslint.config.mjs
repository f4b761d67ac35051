// ESLint looks for its configuration here and nowhere else (apps/docs/adr/0006).
export { default } from './tooling/lint/eslint.config.mjs';
