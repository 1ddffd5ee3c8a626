import { describe, expect, it } from 'vitest';
import { requireSpec } from '#shared/domain/check-spec';
import { buildDiagram } from '#shared/domain/diagram';
import type { ExperimentSpecInput } from '#shared/domain/spec';
import { figureMethods } from '../../../src-main/figures/methods';
import { publishedCells } from '../../reference/published/published-cells';
import { digitsSource } from '../../fixtures/figure-source';
import { digitsSpec } from '../../fixtures/specs';

/** The methods paragraph of a spec: results do not matter. */
function methodsOf(changes: Partial<ExperimentSpecInput>): string {
  const results = publishedCells({ spread: true });
  const source = {
    ...digitsSource(),
    spec: requireSpec({ ...digitsSpec(), axes: [], ...changes }),
  };
  return figureMethods({ results, kind: 'phase-diagram', source }, buildDiagram(results));
}

describe('figureMethods', () => {
  it('tells family, method, schedule, stop rule and regulariser with all of their settings', () => {
    const text = methodsOf({
      model: { family: 'resnet', width: 4, skip: false },
      optimizer: {
        name: 'sam',
        learningRate: 0.1,
        momentum: 0.9,
        rho: 0.02,
        schedule: { name: 'step', every: 5, factor: 0.2 },
      },
      training: {
        epochs: 30,
        batchSize: 64,
        compressibility: 0.001,
        stop: { name: 'loss-plateau', patience: 3 },
        weights: 'best-train-loss',
      },
    });
    expect(text).toContain(
      'a residual network, ResNet-18 of width 4 without skip connections with relu activations and batch norm',
    );
    expect(text).toContain(
      'SAM (Foret et al. 2021) with learning rate 0.1, momentum 0.9, weight decay 0, SAM radius 0.02, step schedule (epochs between steps 5, factor of a step 0.2)',
    );
    expect(text).toContain('30 epochs at most with batch size 64, incomplete batches dropped');
    expect(text).toContain(
      "the ratio of the weights' 1-norm to their 2-norm added to the loss 0.001 times, until the train loss no longer falls (patience in epochs 3, tolerance 0.001); the weights of least train loss count",
    );
  });

  it('tells dropout where there is any', () => {
    const of = (dropout: number) => methodsOf({ model: { family: 'mlp', width: 4, dropout } });
    expect(of(0.25)).toContain('relu activations, dropout of hidden units at rate 0.25, init');
    expect(of(0)).not.toContain('dropout');
  });

  it('leaves out what is varied', () => {
    const text = methodsOf({
      model: { family: 'cnn', width: 4 },
      optimizer: { name: 'adam', learningRate: 0.01 },
      axes: [
        { path: 'model.norm', role: 'none', values: ['none', 'batch'] },
        { path: 'optimizer.beta1', role: 'none', values: [0.5, 0.9] },
        { path: 'training.epochs', role: 'none', values: [1, 2] },
      ],
    });
    const stops = methodsOf({
      training: { epochs: 9, batchSize: 32, stop: { name: 'zero-training-error' } },
      axes: [{ path: 'training.stop.name', role: 'none', values: ['none', 'early-stop'] }],
    });
    expect(stops).toContain(
      '9 epochs at most with batch size 32, incomplete batches dropped, ended with the last epoch and until the test loss no longer falls (patience in epochs 5);',
    );
    expect(text).toContain('a network of 3 convolutions of width 4 with relu activations, init');
    expect(text).toContain('Adam (Kingma and Ba 2015) with learning rate 0.01, beta 2 0.999');
    expect(text).toContain('epochs as varied with batch size');
    expect(text).toContain('Varied: norm in {none, batch}, beta 1 in {0.5, 0.9} and epochs');
  });
});
