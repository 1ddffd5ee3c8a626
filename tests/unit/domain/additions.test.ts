import { describe, expect, it } from 'vitest';
import { measuredSpec, metricsOfCell, type Addition } from '#shared/domain/additions';
import { checkAdditions, type AdditionRequest } from '#shared/domain/check-additions';
import { smallSpec } from '../../fixtures/small-spec';

const addedAt = '2026-11-21T12:00:00.000Z';
const roughness = { name: 'roughness', directions: 3, samples: 64 };
const added = (metric: Addition['metric'], cells: Addition['cells']): Addition => ({
  metric,
  cells,
  addedAt,
});

/** Paths of the problems of a request; `ok` where there is none. */
function problemsOf(
  request: AdditionRequest,
  additions: readonly Addition[] = [],
  spec = smallSpec(),
): readonly string[] {
  const check = checkAdditions({ spec, additions }, request);
  return check.ok ? ['ok'] : check.problems.map(({ path, rule }) => `${path}: ${rule}`);
}

describe('metricsOfCell', () => {
  it('has what the spec and the additions for that cell name, each once', () => {
    const experiment = {
      spec: smallSpec(),
      additions: [
        added(roughness, [1]),
        added({ name: 'weight-norms' }, null),
        added(roughness, null),
      ],
    };
    const own = experiment.spec.metrics.map(({ name }) => name);
    expect(metricsOfCell(experiment, 0).map(({ name }) => name)).toEqual([
      ...own,
      'weight-norms',
      'roughness',
    ]);
    expect(metricsOfCell(experiment, 1).map(({ name }) => name)).toEqual([
      ...own,
      'roughness',
      'weight-norms',
    ]);
    expect(measuredSpec(experiment).metrics).toHaveLength(own.length + 2);
    expect(measuredSpec({ spec: experiment.spec, additions: [] })).toBe(experiment.spec);
  });
});

describe('checkAdditions', () => {
  it('fills in defaults, sorts cells, and leaves out those that have the metric', () => {
    const check = checkAdditions(
      { spec: smallSpec(), additions: [added({ name: 'weight-norms' }, [0])] },
      { metrics: [{ name: 'weight-norms' }, { name: 'roughness' }], cells: [1, 0] },
    );
    expect(check).toMatchObject({
      ok: true,
      additions: [
        { metric: { name: 'weight-norms' }, cells: [1] },
        { metric: { name: 'roughness', samples: 512 }, cells: [0, 1] },
      ],
    });
  });

  it('names every problem at once, by the place in the request', () => {
    expect(
      problemsOf({
        metrics: [
          { name: 'roughness', directions: 0, samples: 1e9 },
          { name: 'hessian' },
          { name: 'nothing' },
          { name: 'plane-of-three' },
        ],
        cells: [7],
      }),
    ).toEqual([
      'cells[0]: must be a cell of the grid',
      'metrics[1].name: must not be measured there already',
    ]);
    const found = problemsOf({
      metrics: [{ name: 'roughness', directions: 0 }, { name: 'hessian' }, { name: 'nothing' }],
      cells: null,
    });
    expect(found.map((text) => text.split(':')[0])).toEqual([
      'metrics[0].directions',
      'metrics[1].name',
      'metrics[2].name',
    ]);
  });

  it('holds to the limits of the cells that are named, and of all where none is', () => {
    const fractions = { path: 'dataset.fraction', role: 'load' as const, values: [0.1, 1] };
    const spec = smallSpec({ axes: [fractions], metrics: [] });
    const request = { metrics: [{ name: 'roughness', samples: 500 }] };
    expect(problemsOf({ ...request, cells: [1] }, [], spec)).toEqual(['ok']);
    for (const cells of [[0], [0, 1], null])
      expect(problemsOf({ ...request, cells }, [], spec)).toEqual([
        'metrics[0].samples: must be at most the 144 training samples',
      ]);
  });

  it('refuses no metric at all, and says of what is no metric what it is', () => {
    expect(problemsOf({ metrics: [], cells: null })).toEqual(['metrics: must name a metric']);
    const found = problemsOf({ metrics: [1, null, {}], cells: null });
    expect(found.map((text) => text.split(':')[0])).toEqual([
      'metrics[0]',
      'metrics[1]',
      'metrics[2].name',
    ]);
    expect(found.join()).not.toContain('must be listed once');
  });

  it('refuses a metric twice, there already, or with other settings than elsewhere', () => {
    expect(problemsOf({ metrics: [roughness, roughness], cells: [0] })).toEqual([
      'metrics[1].name: must be listed once',
    ]);
    const elsewhere = [added(smallSpec({ metrics: [roughness] }).metrics[0] ?? roughness, [0])];
    expect(problemsOf({ metrics: [roughness], cells: [1] }, elsewhere)).toEqual(['ok']);
    expect(problemsOf({ metrics: [roughness], cells: [0] }, elsewhere)).toEqual([
      'metrics[0].name: must not be measured there already',
    ]);
    expect(
      problemsOf({ metrics: [{ ...roughness, directions: 4 }], cells: [1] }, elsewhere),
    ).toEqual(['metrics[0].directions: must be as it was where the metric was added before']);
  });

  it('refuses what needs more seeds, or weights that no training recorded', () => {
    const one = smallSpec({ seeds: [0], metrics: [] });
    expect(problemsOf({ metrics: [{ name: 'cka' }], cells: null }, [], one)).toEqual([
      'metrics[0].name: must find 2 seeds in each cell',
    ]);
    const walk = { metrics: [{ name: 'sgd-walk' }], cells: [0] };
    expect(problemsOf(walk)).toEqual([
      'metrics[0].name: must find weights recorded along the trainings',
    ]);
    const recording = smallSpec({
      training: { epochs: 2, batchSize: 64, trajectory: { name: 'epochs' } },
    });
    expect(problemsOf(walk, [], recording)).toEqual(['ok']);
    // A metric that was added records nothing: only the spec's own made the trainings do so.
    expect(problemsOf(walk, [added({ name: 'loss-change-allocation' }, null)])).not.toEqual(['ok']);
  });
});
