import { describe, expect, it } from 'vitest';
import { checkSpec, requireSpec } from '#shared/domain/check-spec';
import { factsOf } from '#shared/domain/datasets';
import type { ExperimentSpecInput } from '#shared/domain/spec';
import {
  isTrajectoryStep,
  nextTrajectoryStep,
  stepsPerEpoch,
  trajectoryPoints,
  type TrajectorySpec,
} from '#shared/domain/trajectory';
import { diskBytes } from '#main/experiments/estimate';
import { digitsSpec } from '../../fixtures/specs';
import { testPlan } from '../../fixtures/open-project';

const epochs = 6;
const perEpoch = 9;

/** Every step one by one: the independent route. */
function chosen(trajectory: TrajectorySpec): number[] {
  const all = Array.from({ length: epochs * perEpoch + 1 }, (_, step) => step);
  return all.filter(
    (step) =>
      isTrajectoryStep(trajectory, step, perEpoch) ||
      (step === epochs * perEpoch && trajectory.name !== 'off'),
  );
}

const trajectories: readonly TrajectorySpec[] = [
  { name: 'off' },
  { name: 'epochs', every: 1 },
  { name: 'epochs', every: 4 },
  { name: 'steps', every: 1 },
  { name: 'steps', every: 7 },
  { name: 'steps', every: 18 },
  { name: 'steps', every: 1000 },
  { name: 'list', epochs: [0, 2, 6] },
  { name: 'list', epochs: [3, 3] },
];

describe('trajectoryPoints', () => {
  it.each(trajectories)('counts the weights that are recorded: %j', (trajectory) => {
    expect(trajectoryPoints({ epochs, trajectory }, perEpoch)).toBe(chosen(trajectory).length);
  });
});

describe('nextTrajectoryStep', () => {
  it.each(trajectories)('finds every chosen step inside an epoch: %j', (trajectory) => {
    const inside = chosen(trajectory).filter((step) => step % perEpoch !== 0);
    for (let step = 0; step < epochs * perEpoch; step++) {
      const end = (Math.floor(step / perEpoch) + 1) * perEpoch;
      const expected = inside.find((other) => other > step && other < end) ?? end;
      expect(Math.min(end, nextTrajectoryStep(trajectory, step, perEpoch))).toBe(expected);
    }
  });
});

describe('stepsPerEpoch', () => {
  it('drops or takes the incomplete batch', () => {
    expect(stepsPerEpoch({ batchSize: 32, dropLast: true }, 100)).toBe(3);
    expect(stepsPerEpoch({ batchSize: 32, dropLast: false }, 100)).toBe(4);
  });
});

describe('a spec with a trajectory', () => {
  const withTrajectory = (training: Partial<ExperimentSpecInput['training']>) =>
    digitsSpec({ training: { epochs: 2, batchSize: 32, ...training }, axes: [] });
  const rules = (spec: unknown) => {
    const check = checkSpec(spec);
    return check.ok ? [] : check.problems.map(({ path, rule, got }) => `${path}: ${rule}, ${got}`);
  };

  it('may not record more than a project carries', () => {
    expect(rules(withTrajectory({ epochs: 500, trajectory: { name: 'steps', every: 1 } }))).toEqual(
      ['training.trajectory: must record at most 10000 weights of a training, 22001'],
    );
    const wide = withTrajectory({ epochs: 200, trajectory: { name: 'steps', every: 1 } });
    expect(rules({ ...wide, model: { family: 'mlp', width: 2000 } })).toEqual([
      'training.trajectory: must record at most 1000000 weights and 200 GB in all, 17602 weights, 292 GB',
    ]);
  });

  it('lists epochs that there are', () => {
    expect(rules(withTrajectory({ trajectory: { name: 'list', epochs: [1, 3] } }))).toEqual([
      'training.trajectory.epochs[1]: must be at most the 2 epochs of the training, 3',
    ]);
  });

  it('lists epochs of the longest training where an axis varies them', () => {
    const axes = [{ path: 'training.epochs', role: 'none', values: [2, 4] }];
    const spec = (epochs: number[]) => ({
      ...withTrajectory({ epochs: 1, trajectory: { name: 'list', epochs } }),
      axes,
    });
    expect(rules(spec([4]))).toEqual([]);
    expect(rules(spec([3, 5]))).toEqual([
      'training.trajectory.epochs[1]: must be at most the 4 epochs of the training, 5',
    ]);
  });

  it('tells one misfit of an axis, not a crash', () => {
    const axes = [{ path: 'training.trajectory.name', role: 'none', values: ['steps', 'list'] }];
    const spec = { ...withTrajectory({ trajectory: { name: 'steps', every: 5 } }), axes };
    expect(rules(spec)).toEqual([expect.stringMatching(/^axes\[0\]\.values\[1\]: must fit/)]);
  });

  it('is counted on the disk', () => {
    const bytes = (training: Partial<ExperimentSpecInput['training']>) => {
      const [task] = testPlan(requireSpec(withTrajectory(training))).tasks;
      if (!task) throw new Error('the plan must have a training');
      return diskBytes({
        ...task,
        data: { facts: factsOf({ ...task.settings.dataset }) ?? never() },
      });
    };
    const added = bytes({ trajectory: { name: 'epochs', every: 1 } }) - bytes({});
    // Three points of the 682 weights of 64-8-8-10, with two thousand bytes of rows each.
    expect(added).toBe(3 * (4 * 682 + 2_000));
  });

  it('cannot vary what changes no result', () => {
    const axes = [{ path: 'training.checkpoints.every', role: 'none', values: [1, 2] }];
    const spec = { ...withTrajectory({ checkpoints: { name: 'epochs', every: 1 } }), axes };
    expect(rules(spec)).toEqual([
      expect.stringMatching(/^axes\[0\]\.path: must name a setting that changes results/),
    ]);
  });
});

function never(): never {
  throw new Error('the digits exist');
}
