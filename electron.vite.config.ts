/** Builds the three parts: `out/main` (Electron entry, CLI, worker), `out/preload`, `out/renderer`. */
import { resolve } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';
import { licencesPlugin } from './scripts/licences.mjs';

const here = import.meta.dirname;

/** Packages with native code or files of their own: loaded from node_modules. Everything else is bundled, so that processes start fast. */
const external = [
  'electron',
  'better-sqlite3',
  'onnxruntime-node',
  '@resvg/resvg-js',
  'pdfkit',
  'svg-to-pdfkit',
];

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      externalizeDeps: false,
      target: 'node24',
      sourcemap: true,
      rolldownOptions: {
        input: {
          index: resolve(here, 'src-main/index.ts'),
          cli: resolve(here, 'src-main/cli/cli.ts'),
          worker: resolve(here, 'src-main/workers/worker.ts'),
          'parent-watch': resolve(here, 'src-main/workers/parent-watch.ts'),
          'check-kernels': resolve(here, 'src-main/engine/check-kernels.ts'),
          'import-thread': resolve(here, 'src-main/workbench/import-thread.ts'),
          'project-thread': resolve(here, 'src-main/workbench/project-thread.ts'),
        },
        external,
        output: { format: 'es', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve(here, 'src-preload/index.ts') },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(here, 'src-renderer'),
    plugins: [vue(), licencesPlugin(here)],
    build: {
      outDir: resolve(here, 'out/renderer'),
      target: 'chrome140',
      chunkSizeWarningLimit: 4000,
      rolldownOptions: { input: { index: resolve(here, 'src-renderer/index.html') } },
    },
  },
});
