import { readFileSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { benchmarkEngine, type EngineBenchmark } from '#main/engine/engine-benchmark';
import { OnnxCpuExecutor } from '#main/engine/executors/onnx-cpu';
import { chooseEngine, largestError } from '#main/workbench/engines';
import {
  measuredEnginesFile,
  readMeasuredEngines,
  storeMeasuredEngines,
} from '#main/workbench/measured-engines';
import { temporaryFolder } from '../../fixtures/temporary-folder';
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

describe('chooseEngine', () => {
  it('takes onnx-cpu where nothing was measured', async () => {
    expect(await chooseEngine()).toBe('onnx-cpu');
    expect(await chooseEngine('auto')).toBe('onnx-cpu');
  });

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
      expect(await chooseEngine()).toBe('onnx-cpu');
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
