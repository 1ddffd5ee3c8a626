/** What the names of columns say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { suggestColumns } from '#shared/domain/imported/suggest-columns';

const published = join(
  import.meta.dirname,
  '../../../reference/published/resnet18-cifar10-width-batch.csv',
);

describe('suggestColumns', () => {
  it('finds axes and numbers of the published table, percent and deviations included', () => {
    const [head = ''] = readFileSync(published, 'utf8').split('\n');
    const { load, temperature, metrics } = suggestColumns(head.trim().split(','));
    expect([load, temperature]).toEqual(['width', 'batch_size']);
    const percent = { kind: 'divide', by: 100 };
    expect(metrics).toEqual([
      { name: 'trainLoss', column: 'train_loss', sdColumn: 'train_loss_sd' },
      { name: 'trainAccuracy', column: 'train_accuracy_percent', conversion: percent },
      {
        name: 'testAccuracy',
        column: 'test_accuracy_percent',
        conversion: percent,
        sdColumn: 'test_accuracy_percent_sd',
      },
      {
        name: 'hessianTopEigenvalue',
        column: 'hessian_top_eigenvalue',
        sdColumn: 'hessian_top_eigenvalue_sd',
      },
      { name: 'hessianTrace', column: 'hessian_trace', sdColumn: 'hessian_trace_sd' },
      { name: 'cka', column: 'cka_softmax' },
      { name: 'weightDistance', column: 'weight_distance_l2' },
      { name: 'modeConnectivity', column: 'mode_connectivity' },
    ]);
  });

  it('leaves out what no name says', () => {
    expect(suggestColumns(['apples', 'pears'])).toEqual({
      load: '',
      temperature: '',
      metrics: [],
    });
  });

  it('reads our own names back', () => {
    const { load, temperature, metrics } = suggestColumns([
      'model.width',
      'training.batchSize',
      'testAccuracy',
      'testAccuracy_sd',
    ]);
    expect([load, temperature]).toEqual(['model.width', 'training.batchSize']);
    expect(metrics).toEqual([
      { name: 'testAccuracy', column: 'testAccuracy', sdColumn: 'testAccuracy_sd' },
    ]);
  });
});
