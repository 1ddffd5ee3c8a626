import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { benchmarkEngine, type EngineBenchmark } from '#main/engine/engine-benchmark';
import { largestError } from '#main/engine/engine-conformance';
import { keepChecked } from '#main/engine/engine-kernels';
import { nativeFolder } from '#main/engine/executors/native/addon';
import { nativeKernels } from '#main/engine/executors/native-cpu';
import { OnnxCpuExecutor } from '#main/engine/executors/onnx-cpu';
import { chooseEngine } from '#main/workbench/engines';
import {
  measuredEnginesFile,
  readMeasuredEngines,
  storeMeasuredEngines,
} from '#main/workbench/measured-engines';
import { temporaryFolder } from '../../fixtures/temporary-folder';
import { absentExecutors, coverExecutor, float32Executors } from '../../fixtures/executors';
import { conformingError } from '../../tolerances';

beforeEach(() => {
  const before = process.env['PHASESCAPE_CACHE'];
  process.env['PHASESCAPE_CACHE'] = temporaryFolder();
  onTestFinished(() => {
    process.env['PHASESCAPE_CACHE'] = before;
  });
});

function store(
  engines: readonly { name: string; device?: string; rate: number; error?: number }[],
) {
  storeMeasuredEngines({
    measuredAt: '2026-11-21T12:00:00.000Z',
    engines: engines.map(({ name, device = 'cpu', rate, error = 1e-6 }) => ({
      name,
      device,
      version: '1',
      benchmark: {
        stepsPerSecond: rate,
        convolutionStepsPerSecond: rate,
        productsPerSecond: rate,
        gradientError: 0,
        productError: error,
        trainingError: 0,
      },
    })),
  });
}

/** Instruction sets of this processor; none where the kernels could not be compiled. */
const kernels = float32Executors('native-cpu').length > 0 ? nativeKernels() : [];

/** The kernels in a folder of their own, as the compiling leaves them. */
function copiedKernels(): string {
  const folder = temporaryFolder();
  for (const name of ['kernels.node', 'kernels.sha256', 'sources.sha256'])
    cpSync(join(nativeFolder() as string, name), join(folder, name));
  return folder;
}

coverExecutor('native-cpu');

describe('chooseEngine', () => {
  it('takes onnx-cpu where nothing was measured and no kernels are there', async () => {
    expect(await chooseEngine(undefined, null)).toBe('onnx-cpu');
    expect(await chooseEngine('auto', temporaryFolder())).toBe('onnx-cpu');
  });

  it.skipIf(absentExecutors.has('native-cpu'))(
    'takes native-cpu where the build found its kernels right',
    async () => {
      const folder = copiedKernels();
      expect(await chooseEngine('auto', folder)).toBe('onnx-cpu');
      keepChecked(kernels, folder);
      expect(await chooseEngine('auto', folder)).toBe('native-cpu');
      expect(await chooseEngine('onnx-cpu', folder)).toBe('onnx-cpu');
      store([
        { name: 'onnx-cpu', rate: 30 },
        { name: 'native-cpu', rate: 20 },
      ]);
      expect(await chooseEngine('auto', folder)).toBe('onnx-cpu');
    },
  );

  it.skipIf(absentExecutors.has('native-cpu'))(
    'passes over kernels that are wrong, changed or cannot be loaded',
    async () => {
      const wrong = copiedKernels();
      keepChecked(kernels.slice(1), wrong);
      const changed = copiedKernels();
      keepChecked(kernels, changed);
      writeFileSync(join(changed, 'sources.sha256'), 'of other sources');
      const cut = copiedKernels();
      keepChecked(kernels, cut);
      writeFileSync(join(cut, 'checked.json'), '{"sour');
      const absent = copiedKernels();
      keepChecked(kernels, absent);
      writeFileSync(join(absent, 'unavailable.txt'), 'a C compiler must be present, got none');
      for (const folder of [wrong, changed, cut, absent])
        expect(await chooseEngine('auto', folder)).toBe('onnx-cpu');
    },
  );

  it('takes the fastest measured engine', async () => {
    store([
      { name: 'onnx-cpu', rate: 10 },
      { name: 'tfjs-cpu', rate: 30 },
      { name: 'reference', rate: 20 },
    ]);
    expect(await chooseEngine()).toBe('tfjs-cpu');
  });

  it('passes over engines whose numbers are off or are none, and those that are gone', async () => {
    store([
      { name: 'onnx-cpu', rate: 10 },
      { name: 'tfjs-cpu', rate: 40, error: 1e-3 },
      { name: 'tfjs-node-gpu', rate: 50, error: NaN },
      { name: 'an-engine-of-yesterday', device: 'GPU', rate: 1000 },
      { name: 'reference', rate: 20 },
    ]);
    expect(await chooseEngine()).toBe('reference');
  });

  it('counts a worker on every core for the CPU, and one GPU', async () => {
    store([
      { name: 'reference', device: 'a GPU', rate: 10.5 },
      { name: 'tfjs-cpu', rate: 10 },
    ]);
    expect(await chooseEngine()).toBe('tfjs-cpu');
  });

  it('takes what is asked for by name, and says why it cannot', async () => {
    store([{ name: 'tfjs-cpu', rate: 30 }]);
    expect(await chooseEngine('reference')).toBe('reference');
    await expect(chooseEngine('onnx-cuda')).rejects.toThrow(/^onnx-cuda: .+ must run, got/);
    await expect(chooseEngine('abacus')).rejects.toThrow(
      /got "abacus"; use one of: auto, onnx-cpu, /,
    );
  });

  it('knows nothing from a file that is cut short, or of another version', async () => {
    store([{ name: 'reference', rate: 30 }]);
    const file = measuredEnginesFile();
    const text = readFileSync(file, 'utf8');
    expect(readMeasuredEngines()?.engines).toHaveLength(1);
    for (const other of [text.slice(0, 40), text.replace(/"program": "[^"]+"/, '"program": "0"')]) {
      writeFileSync(file, other);
      expect(readMeasuredEngines()).toBeNull();
      expect(await chooseEngine('auto', null)).toBe('onnx-cpu');
    }
  });
});

describe('benchmarkEngine', () => {
  it('measures rates, and errors within what conforms', async () => {
    await using executor = new OnnxCpuExecutor();
    const clock = { now: () => performance.now(), leastMs: 5 };
    const benchmark: EngineBenchmark = await benchmarkEngine(executor, clock);
    for (const rate of [
      benchmark.stepsPerSecond,
      benchmark.convolutionStepsPerSecond,
      benchmark.productsPerSecond,
    ])
      expect(rate).toBeGreaterThan(1);
    expect(largestError(benchmark)).toBeGreaterThan(0);
    expect(largestError(benchmark)).toBeLessThan(conformingError);
  });
});
