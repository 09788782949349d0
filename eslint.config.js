import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const typed = ['lib/**/*.ts', 'typings/**/*.ts', 'test/**/*.ts'];

export default defineConfig(
  globalIgnores(['build/', 'dist/', 'out/', 'node_modules/']),
  { files: ['**/*.js', '**/*.ts'], extends: [tseslint.configs.recommended], rules: { eqeqeq: 'error' } },
  {
    files: typed,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: ['tsconfig.json', 'test/tsconfig.json'] } },
    rules: {
      'max-lines-per-function': ['error', { max: 40, skipComments: true, skipBlankLines: true }],
      'no-console': 'error',
      // With noUncheckedIndexedAccess, `!` is how a loop says that its index is in range.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowArray: true }],
      // An async function turns what it throws into a rejection, whether it waits for something or not.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // A describe() is one long function, a test may print what it measured, and tables of cases hold functions.
    files: ['test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'no-console': 'off', '@typescript-eslint/unbound-method': 'off' },
  },
);
