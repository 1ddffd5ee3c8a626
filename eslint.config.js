/** Lint: strict and type-checked everywhere, plus the rules of this project that no ready-made set knows. */
import prettier from 'eslint-config-prettier';
import vue from 'eslint-plugin-vue';
import { defineConfig, globalIgnores } from 'eslint/config';
import typescript from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';

/** Tables of operations and generated or reference data may be long: splitting them would hide their order. */
const longFiles = ['src-main/engine/**/op-table.ts', 'src-main/engine/**/*-rules.ts'];

/** Numeric kernels take their sizes as plain numbers; an object per call would cost more than it explains. */
const kernels = ['src-main/engine/**/*.ts'];

const projects = ['src-shared', 'src-main', 'src-renderer', 'tests'].map(
  (folder) => `${folder}/tsconfig.json`,
);

export default defineConfig(
  globalIgnores(['out/', 'node_modules/', 'test-results/', 'coverage/', 'resources/']),
  {
    files: ['**/*.{ts,vue}'],
    extends: [typescript.configs.strictTypeChecked, vue.configs['flat/recommended']],
    languageOptions: {
      parserOptions: {
        project: projects,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: {
      'max-lines': ['error', { max: 500 }],
      // Three by house style; a fourth is let through for small private functions.
      'max-params': ['error', { max: 4 }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ExportDefaultDeclaration',
          message: 'exports: must be named; only configuration files and components have a default',
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // `x satisfies never` closes a switch; its value is thrown or returned.
      '@typescript-eslint/only-throw-error': 'error',
    },
  },
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: typescript.parser } },
    rules: {
      'no-restricted-syntax': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
    },
  },
  {
    files: ['*.config.ts', 'tests/**/build-once.ts', '**/*.d.ts'],
    rules: { 'no-restricted-syntax': 'off', 'max-params': 'off' },
  },
  { files: longFiles, rules: { 'max-lines': 'off' } },
  { files: kernels, rules: { 'max-params': 'off' } },
  {
    files: [
      'src-shared/**/*.ts',
      'src-main/engine/**/*.ts',
      'src-main/metrics/**/*.ts',
      'src-main/datasets/**/*.ts',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'use a named stream of the generator' },
        { object: 'Date', property: 'now', message: 'results must not depend on the clock' },
        { object: 'performance', property: 'now', message: 'results must not depend on the clock' },
      ],
    },
  },
  {
    files: ['tests/**/*.ts'],
    rules: { 'max-params': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    // Fixtures are JSON from another program; `reference/fixtures.ts` gives their arrays types where it matters.
    files: ['tests/reference/**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  prettier,
);
