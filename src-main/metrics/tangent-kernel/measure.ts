/** Measures `tangent-kernel`: the spectrum of the network made linear in its weights. */
import type { z } from 'zod';
import { symmetricSpectrum } from '#main/engine/symmetric-spectrum';
import type { Measurement } from '#shared/domain/measurement';
import type { CellContext } from '../context';
import { inTurn } from '../in-turn';
import type { RunMeasure, TrainedModel } from '../measure';
import { firstTrainingSamples } from '../measured-samples';
import { runScalar, type ValueOrReason } from '../run-scalar';
import type { definition } from './definition';
import { tangentKernel } from './kernel';
import { summariseKernel, type KernelSummary } from './spectrum-summary';

type Settings = z.output<typeof definition.settings>;

export const measure: RunMeasure<Settings> = {
  subject: 'run',
  measure: ({ context }, runs, settings) =>
    inTurn(runs, async (run) => ({ measurements: await measureRun(context, run, settings) })),
};

async function measureRun(
  context: CellContext,
  { seed, weights }: TrainedModel,
  { samples: count }: Settings,
): Promise<Measurement[]> {
  const { samples, words } = firstTrainingSamples(context, count);
  const kernel = await tangentKernel(context, weights, samples);
  const scalar = (name: string, of: ValueOrReason) => runScalar(name, { seed, samples: words }, of);
  if (!kernel.every(Number.isFinite)) {
    const reason = 'the gradients are not finite';
    return [
      scalar('tangentKernelTop', { reason }),
      scalar('tangentKernelBottom', { reason }),
      scalar('tangentKernelCondition', { reason }),
      scalar('tangentKernelEffectiveRank', { reason }),
    ];
  }
  const size = count * context.classes;
  const { parameterCount } = context.network;
  const { dtype } = context.executor.stamp;
  const summary = summariseKernel(symmetricSpectrum(kernel, size), { rank: parameterCount, dtype });
  const { top, topError, bottom, bottomError, effectiveRank, eigenvalues, floor } = summary;
  const errorOver = 'rounding of the gradients';
  const hidden = { reason: whyNoBottom(summary, { size, parameterCount }) };
  return [
    scalar('tangentKernelTop', { value: top, error: topError, errorOver }),
    scalar(
      'tangentKernelBottom',
      bottom === null ? hidden : { value: bottom, error: bottomError, errorOver },
    ),
    scalar(
      'tangentKernelCondition',
      bottom === null
        ? hidden
        : { value: top / bottom, error: ((top / bottom) * bottomError) / bottom, errorOver },
    ),
    scalar(
      'tangentKernelEffectiveRank',
      effectiveRank === null ? { reason: 'the kernel is 0' } : { value: effectiveRank },
    ),
    {
      kind: 'series',
      name: 'tangent-kernel',
      subject: { kind: 'run', seed },
      columns: {
        rank: Array.from(eigenvalues, (_, i) => i + 1),
        eigenvalue: Array.from(eigenvalues, (value) => (value > floor ? value : null)),
      },
      samples: words,
      facts: {
        'rows of the kernel': size,
        'largest eigenvalue that rounding may leave of a 0': floor,
      },
    },
  ];
}

function whyNoBottom(
  { top, floor }: KernelSummary,
  { size, parameterCount }: { size: number; parameterCount: number },
): string {
  if (top === 0) return 'the kernel is 0';
  if (parameterCount < size)
    return `the kernel is singular: ${size} outputs, ${parameterCount} parameters`;
  return `the smallest eigenvalue is below float precision, ${floor.toPrecision(2)}`;
}
