/**
 * Four projects: `unit` runs in parallel and needs nothing built but the kernels, which it compiles; `e2e` starts real processes and a
 * real browser, one file at a time; `bench` times screens in that browser and `screenshots` takes pictures
 * of them for the guide: these two are no tests.
 */
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [vue()],
  test: {
    reporters: ['default'],
    // What was measured on this machine, and the data sets and settings of whoever runs the tests, decide nothing in tests.
    env: {
      PHASESCAPE_CACHE: resolve(import.meta.dirname, 'test-results/cache'),
      PHASESCAPE_SETTINGS: join(tmpdir(), 'phasescape-test-settings', 'settings.json'),
      PHASESCAPE_DATASETS: join(tmpdir(), 'phasescape-test-datasets'),
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          globalSetup: ['tests/fixtures/compile-kernels.ts'],
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/e2e/**'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/e2e/build-once.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'bench',
          include: ['tests/bench/**/*.bench.ts'],
          fileParallelism: false,
          globalSetup: ['tests/e2e/build-once.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'screenshots',
          include: ['tests/screenshots/*.shots.ts'],
          globalSetup: ['tests/e2e/build-once.ts'],
        },
      },
    ],
  },
});
