import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '#main/checkpoints/safetensors';
import { readArtifact } from '#main/store/artifacts';
import { createJobExecutor, type JobExecutor } from '#main/workers/execute-job';
import type { ArtifactHash, TaskId, TaskResult, TrainedRun } from '#main/workers/job';
import type { RunSettings } from '#shared/domain/cells';
import { openJobBench } from '../../fixtures/job-bench';
import { temporaryFolder } from '../../fixtures/temporary-folder';
import { measurements, only, trainings, type Work } from '../../fixtures/work';
import { quickSettings } from './cell-context';

const bench = openJobBench('jobs');
const { execute } = bench;

/** What a result says, without when and how long. */
function numbers({ measurements, artifacts, status, steps }: TaskResult): unknown {
  return { measurements, artifacts, status, steps };
}

function toRun(result: TaskResult, seed: number): TrainedRun {
  return {
    taskId: result.taskId,
    seed,
    weights: (result.artifacts[0] as TaskResult['artifacts'][0]).hash,
    diverged: result.status === 'diverged',
  };
}

/** Settings of a small convolutional network. */
function smallConvolutions(): RunSettings {
  return quickSettings((spec) => {
    spec.model = { family: 'cnn', width: 3, depth: 2 };
    spec.training = { ...spec.training, epochs: 1 };
  });
}

describe('workers that choose how to write convolutions', () => {
  const worker = (formulations: { project: string; machine: string }) =>
    createJobExecutor({ ...bench.settings(), formulations });
  const trainedBy = async (executor: JobExecutor) => {
    const settings = smallConvolutions();
    const { results } = await execute(settings, trainings([0, 1]), { by: executor });
    return results.map((result) => numbers(result));
  };

  it('take the choices of the project, whoever made them and whatever this machine would choose', async () => {
    const root = temporaryFolder();
    const project = join(root, 'formulations');
    const first = await worker({ project, machine: join(root, 'cache-1') });
    const expected = await trainedBy(first);
    expect(expected).toHaveLength(2);
    const files = readdirSync(project).map((name) => readFileSync(join(project, name), 'utf8'));
    expect(files).toHaveLength(2);
    // Another machine, whose own choices would be the opposite.
    const machine = join(root, 'cache-2');
    mkdirSync(machine);
    for (const name of readdirSync(project)) {
      const swapped = readFileSync(join(project, name), 'utf8').replace(/gather|direct/g, (kind) =>
        kind === 'gather' ? 'direct' : 'gather',
      );
      writeFileSync(join(machine, name), swapped);
    }
    expect(await trainedBy(await worker({ project, machine }))).toEqual(expected);
    // Without the project's choices the opposite ones give other last digits: the choices do reach the numbers.
    const elsewhere = await worker({ project: join(root, 'other-project'), machine });
    expect(await trainedBy(elsewhere)).not.toEqual(expected);
  });

  it('do a job on the engine that it names', async () => {
    const root = temporaryFolder();
    const choices = { project: join(root, 'formulations'), machine: join(root, 'cache') };
    const executor = await worker(choices);
    const on = { by: executor, engine: 'reference' };
    const { results } = await execute(smallConvolutions(), trainings([0]), on);
    expect(results.map((result) => result.engine)).toMatchObject([
      { name: 'reference', dtype: 'float64' },
    ]);
  });

  it('fail the tasks of an engine that cannot be opened', async () => {
    const on = { engine: 'abacus' };
    const { reports } = await execute(smallConvolutions(), trainings([0]), on);
    expect(reports).toMatchObject([
      { kind: 'task-failed', error: { code: 'invalid-input' } },
      { kind: 'job-done' },
    ]);
  });
});

/** What decides the phases, measured on three runs. */
function usualWork(runs: readonly TrainedRun[]): Work[] {
  const [a, b, c] = runs as [TrainedRun, TrainedRun, TrainedRun];
  const curve = { name: 'mode-connectivity', epochs: 2, batchSize: 32 };
  return [
    measurements(
      { name: 'hessian', samples: 64, probes: 20 },
      runs.map((run) => [run]),
    ),
    measurements({ name: 'cka', samples: 144 }, [runs]),
    measurements({ name: 'weight-distance' }, [runs]),
    measurements(curve, [
      [a, b],
      [b, c],
      [c, a],
    ]),
  ];
}

describe('a train job', () => {
  for (const change of [
    { name: 'relu', model: { family: 'mlp', width: 5 } },
    { name: 'tanh, depth 3', model: { family: 'mlp', width: 12, depth: 3, activation: 'tanh' } },
    { name: 'wide', model: { family: 'mlp', width: 64 } },
    { name: 'dropout', model: { family: 'mlp', width: 12, dropout: 0.2 } },
  ] as const) {
    it(`gives each seed the same bits packed and alone (${change.name})`, async () => {
      const settings = quickSettings((spec) => {
        spec.model = change.model;
      });
      const packed = await execute(settings, trainings([0, 1, 2]));
      for (const seed of [0, 1, 2]) {
        const alone = await execute(settings, trainings([seed]));
        expect(numbers(alone.results[0] as TaskResult)).toEqual(
          numbers(packed.results[seed] as TaskResult),
        );
      }
    });
  }

  it('keeps initial and final weights under PyTorch names', async () => {
    const { results } = await execute(quickSettings(), trainings([0]));
    const { tensors } = decodeSafetensors(
      readArtifact(bench.folder(), toRun(results[0] as TaskResult, 0).weights),
    );
    expect(tensors.map((t) => t.name)).toEqual(
      ['initial', 'final'].flatMap((role) =>
        [1, 2, 3].flatMap((i) => [`${role}.fc${i}.weight`, `${role}.fc${i}.bias`]),
      ),
    );
    expect(tensors[0]?.shape).toEqual([5, 64]);
  });

  it('reports losses that fall, over every epoch and the initial weights', async () => {
    const { results } = await execute(
      quickSettings((s) => {
        s.training.epochs = 8;
      }),
      trainings([0]),
    );
    const series = (results[0] as TaskResult).measurements.find((m) => m.kind === 'series');
    const losses = series?.columns['trainLoss'] ?? [];
    expect(series?.columns['epoch']).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(losses[0]).toBeCloseTo(Math.log(10), 0);
    expect(losses[8] as number).toBeLessThan(losses[0] as number);
  });

  it('takes an incomplete last batch unless told to drop it', async () => {
    const keep = await execute(
      quickSettings((s) => {
        s.training.dropLast = false;
        s.training.batchSize = 100;
      }),
      trainings([0]),
    );
    const drop = await execute(
      quickSettings((s) => {
        s.training.batchSize = 100;
      }),
      trainings([0]),
    );
    expect([keep.results[0]?.steps, drop.results[0]?.steps]).toEqual([6, 3]);
  });

  it('says that a run diverged, keeps its finite epochs and lets the others go on', async () => {
    const settings = quickSettings((s) => {
      s.optimizer.learningRate = 1e6;
    });
    const { results } = await execute(settings, trainings([0]));
    expect(results[0]?.status).toBe('diverged');
    const loss = results[0]?.measurements.find(
      (m) => m.kind === 'scalar' && m.name === 'trainLoss',
    );
    expect(loss).toMatchObject({
      value: null,
      reason: expect.stringMatching(/diverged: its loss is not finite from epoch \d/) as string,
    });
  });

  it('repeats its bits', async () => {
    const [first, second] = [
      await execute(quickSettings(), trainings([4])),
      await execute(quickSettings(), trainings([4])),
    ];
    expect(numbers(second.results[0] as TaskResult)).toEqual(
      numbers(first.results[0] as TaskResult),
    );
  });
});

describe('a measure job', () => {
  it('fails the task whose weights are damaged and gives the others what they are alone', async () => {
    const settings = quickSettings();
    const { results } = await execute(settings, trainings([0, 1, 2]));
    const damaged = 'f'.repeat(64) as ArtifactHash;
    const runs = results.map(toRun).map((run, i) => (i === 1 ? { ...run, weights: damaged } : run));
    const metric = { name: 'hessian', samples: 64, probes: 10 };
    const work = measurements(
      metric,
      runs.map((run) => [run]),
    );
    const { reports } = await execute(settings, work);
    expect(reports).toMatchObject([
      { kind: 'task-done', result: { taskId: 'hessian-0' } },
      { kind: 'task-failed', taskId: 'hessian-1', error: { code: 'not-found' } },
      { kind: 'task-done', result: { taskId: 'hessian-2' } },
      { kind: 'job-done' },
    ]);
    const sound = await execute(settings, only(work, 2));
    const [, , last] = reports;
    expect(last?.kind === 'task-done' && numbers(last.result)).toEqual(
      numbers(sound.results[0] as TaskResult),
    );
  });
});

describe('jobs of the sizes of the reference sweep', () => {
  for (const [width, batchSize] of [
    [4, 8],
    [64, 8],
    [64, 128],
  ] as const) {
    it(`give the same bits packed and alone: width ${width}, batch ${batchSize}`, async () => {
      const settings = quickSettings((spec) => {
        spec.dataset.fraction = 1;
        spec.model = { ...spec.model, width } as typeof spec.model;
        spec.training = { epochs: 1, batchSize };
      });
      const { results } = await execute(settings, trainings([0, 1, 2]));
      expect(numbers((await execute(settings, trainings([1]))).results[0] as TaskResult)).toEqual(
        numbers(results[1] as TaskResult),
      );
      const metric = { name: 'hessian', samples: 512, probes: 20 };
      const work = measurements(
        metric,
        results.map(toRun).map((run) => [run]),
      );
      const packed = await execute(settings, work);
      const alone = await execute(settings, only(work, 1));
      expect(numbers(alone.results[0] as TaskResult)).toEqual(
        numbers(packed.results[1] as TaskResult),
      );
    });
  }
});

describe('measuring jobs', () => {
  it('give every task the same bits packed and alone', async () => {
    const settings = quickSettings();
    const runs = (await execute(settings, trainings([0, 1, 2]))).results.map(toRun);
    for (const work of usualWork(runs)) {
      const packed = await execute(settings, work);
      expect(packed.results).toHaveLength(work.tasks.length);
      for (const i of work.tasks.keys()) {
        const alone = await execute(settings, only(work, i));
        expect(numbers(alone.results[0] as TaskResult)).toEqual(
          numbers(packed.results[i] as TaskResult),
        );
      }
    }
  });

  it('train curves with dropout to the same bits packed and alone', async () => {
    const settings = quickSettings((spec) => {
      spec.model = { family: 'mlp', width: 5, dropout: 0.2 };
    });
    const runs = (await execute(settings, trainings([0, 1, 2]))).results.map(toRun);
    const work = usualWork(runs).at(-1) as Work;
    const packed = await execute(settings, work);
    for (const i of work.tasks.keys())
      expect((await execute(settings, only(work, i))).results.map(numbers)).toEqual([
        numbers(packed.results[i] as TaskResult),
      ]);
  });

  it('give each pair of runs the same bits whichever pairs are measured with it', async () => {
    const settings = quickSettings();
    const runs = (await execute(settings, trainings([0, 1, 2]))).results.map(toRun);
    for (const metric of [{ name: 'cka', samples: 144 }, { name: 'weight-distance' }]) {
      const work = measurements(metric, [runs]);
      const parts = {
        ...work,
        tasks: [
          { taskId: 'first' as TaskId, runs: runs.slice(0, 2) },
          { taskId: 'across' as TaskId, runs, split: 2 },
        ],
      };
      const scalarsOf = async (of: Work) =>
        (await execute(settings, of)).results
          .flatMap((result) => result.measurements)
          .filter((m) => m.kind === 'scalar');
      const whole = await scalarsOf(work);
      const found = await scalarsOf(parts);
      expect(found).toHaveLength(whole.length);
      expect(found).toEqual(expect.arrayContaining([...whole]));
    }
  });

  it('give null with a reason where a run diverged', async () => {
    const settings = quickSettings();
    const sound = (await execute(settings, trainings([0, 1, 2]))).results.map(toRun);
    const runs = sound.map((run) => ({ ...run, diverged: run.seed === 1 }));
    for (const work of usualWork(runs)) {
      const { results } = await execute(settings, work);
      for (const m of results.flatMap((r) => r.measurements)) {
        if (m.kind !== 'scalar') continue;
        const touches =
          m.subject.kind === 'run' ? m.subject.seed === 1 : m.subject.seeds.includes(1);
        expect(m.value === null, `${m.name} ${JSON.stringify(m.subject)}`).toBe(touches);
        if (touches) expect(m.reason).toBe('the run with seed 1 diverged');
      }
    }
  });

  it('name every diverged run of a pair', async () => {
    const settings = quickSettings();
    const sound = (await execute(settings, trainings([0, 1, 2]))).results.map(toRun);
    const runs = sound.map((run) => ({ ...run, diverged: run.seed < 2 }));
    for (const work of usualWork(runs).slice(1)) {
      const { results } = await execute(settings, work);
      const both = results
        .flatMap(({ measurements }) => measurements)
        .find((m) => m.subject.kind === 'pair' && m.subject.seeds.join() === '0,1');
      expect(both).toMatchObject({ value: null, reason: 'the runs with seeds 0 and 1 diverged' });
    }
  });

  it('say why an exploded run has no ratio of eigenvalues', async () => {
    const settings = quickSettings((spec) => {
      spec.model = { family: 'mlp', width: 4, depth: 1 };
      spec.optimizer = { name: 'sgd', learningRate: 1e6, momentum: 0.9 };
    });
    const [run] = (await execute(settings, trainings([0]))).results.map(toRun);
    if (run === undefined) throw new Error('the training must end');
    expect(run.diverged).toBe(false);
    const work = measurements({ name: 'hessian', samples: 64, probes: 20 }, [[run]]);
    const { results } = await execute(settings, work);
    const value = (name: string) =>
      results[0]?.measurements.find((m) => m.kind === 'scalar' && m.name === name);
    expect(value('hessianTopEigenvalue')).toMatchObject({ value: 0 });
    expect(value('hessianNegativeRatio')).toMatchObject({
      value: null,
      reason: 'the top eigenvalue is 0',
    });
  });

  it('report a damaged artifact as the failure of its tasks', async () => {
    const settings = quickSettings();
    const missing = {
      taskId: 'gone' as TaskId,
      seed: 0,
      weights: 'a'.repeat(64) as TrainedRun['weights'],
      diverged: false,
    };
    const work = measurements({ name: 'weight-distance' }, [[missing, missing]]);
    const { reports } = await execute(settings, work);
    expect(reports).toEqual([
      {
        kind: 'task-failed',
        jobId: 'job',
        taskId: 'weight-distance-0-0',
        error: expect.objectContaining({ code: 'not-found' }) as unknown,
      },
      { kind: 'job-done', jobId: 'job' },
    ]);
  });

  it('leave only finished artifacts in the folder', () => {
    const names = readdirSync(bench.folder(), { recursive: true }).map(String);
    expect(names.filter((n) => !/^[0-9a-f]{2}([/\\][0-9a-f]{64})?$/.test(n))).toEqual([]);
  });
});
