/**
 * Writes the states of trainings while they run, and finds them again. A checkpoint never changes a number and never fails a training:
 * one that cannot be written is told once and tried again later, one that is not sound is told and not used.
 */
import { decodeState, encodeState } from '#main/checkpoints/training-state';
import type { ExecutorStamp } from '#main/engine/executor';
import type { RunState, TrainingPlace } from '#main/metrics/training/run-state';
import { isArtifactThere } from '#main/store/artifact-check';
import { syncArtifacts } from '#main/store/artifacts';
import { putCheckpoint, readCheckpoint } from '#main/store/checkpoint-files';
import type { TrainingSpec } from '#shared/domain/spec';
import { reportError } from '#shared/errors';
import type { TrainTask } from './job';

/** What a kill can cost where nothing else is asked for; a training that is shorter leaves no file. */
const automaticMs = 15_000;
/** Writing may take at most this part of the time. */
const mostWritingPart = 0.02;

interface Folders {
  readonly artifactsFolder: string;
  readonly checkpointsFolder: string;
}

interface Options extends Folders {
  /** The engine: other engines, and other versions of one, have other numbers. */
  readonly stamp: ExecutorStamp;
  readonly checkpoints: TrainingSpec['checkpoints'];
  /** Says something to the user. */
  readonly note: (message: string) => void;
}

/** A training that was begun before. */
export interface BegunRun {
  readonly state: RunState;
  /** Time that it took until then. */
  readonly durationMs: number;
}

/** What a checkpoint holds besides arrays. */
interface Facts {
  readonly engine: ExecutorStamp;
  readonly durationMs: number;
  readonly run: Pick<RunState, 'seed' | 'place' | 'rows' | 'points'>;
  readonly keptEpoch: number | null;
}

/**
 * The state in which a training was put down, or in which it was when its process died; null when it begins.
 * Never throws: what cannot be used is told to the user.
 */
export function findBegun(
  { taskId, seed }: TrainTask,
  { artifactsFolder, checkpointsFolder, stamp, note }: Options,
): BegunRun | null {
  const refuse = (reason: string) => {
    note(`training of seed ${seed} begins anew: ${reason}`);
    return null;
  };
  try {
    const bytes = readCheckpoint(checkpointsFolder, taskId);
    if (bytes === null) return null;
    const { arrays, facts } = decodeState(bytes);
    const { durationMs, engine, keptEpoch, run } = facts as Facts;
    if (JSON.stringify(engine) !== JSON.stringify(stamp))
      return refuse(
        `its checkpoint must be of this engine (${words(stamp)}), got one of ${words(engine)}`,
      );
    const lost = run.points.filter(({ hash }) => !isArtifactThere(artifactsFolder, hash)).length;
    if (run.seed !== seed || lost > 0)
      return refuse(`its checkpoint must find what it names, got ${lost} recorded weights missing`);
    const of = (prefix: string) =>
      Object.fromEntries(
        Object.entries(arrays).flatMap(([name, array]) =>
          name.startsWith(prefix) ? [[name.slice(prefix.length), array]] : [],
        ),
      );
    const { theta, statistics } = of('kept.');
    const weights = {
      theta: theta?.data as Float32Array,
      statistics: (statistics?.data ?? new Float32Array(0)) as Float32Array,
    };
    const kept = keptEpoch === null ? null : { epoch: keptEpoch, weights };
    return { durationMs, state: { ...run, kept, carried: of('carried.') } };
  } catch (error) {
    return refuse(reportError(error).message);
  }
}

/** Hashes of the recorded weights that a checkpoint names. @throws DataFormatError for bytes that are none */
export function recordedIn(bytes: Uint8Array): readonly string[] {
  const { run } = decodeState(bytes).facts as Facts;
  return run.points.map(({ hash }) => hash);
}

/** The epochs in a checkpoint as columns: `epoch`, `trainLoss` and so on. @throws DataFormatError for bytes that are none */
export function epochsIn(bytes: Uint8Array): Record<string, (number | null)[]> {
  const { rows } = (decodeState(bytes).facts as Facts).run;
  const names = Object.keys(rows[0] ?? { epoch: 0 }) as (keyof RunState['rows'][number])[];
  const told = names.filter((name) => rows.some((row) => row[name] !== null));
  return Object.fromEntries(told.map((name) => [name, rows.map((row) => row[name])]));
}

const words = ({ name, device, dtype, version }: ExecutorStamp) =>
  `${name} ${dtype} on ${device}, ${version}`;

/** Decides when a pack of trainings is written, and writes it. */
export class CheckpointWriter {
  readonly #tasks: readonly TrainTask[];
  readonly #options: Options;
  readonly #beganAt = performance.now();
  readonly #earlierMs: number;
  /** Recorded weights that are on the disk, for each task. */
  readonly #synced: number[];
  #writtenAt = performance.now();
  #writingMs = 0;
  #hasTold = false;

  /** @param earlierMs - time that each of the tasks has taken before */
  constructor(tasks: readonly TrainTask[], options: Options, earlierMs = 0) {
    this.#tasks = tasks;
    this.#options = options;
    this.#earlierMs = earlierMs;
    this.#synced = tasks.map(() => 0);
  }

  /** Whether it is time for one. */
  isDue({ epoch, step }: TrainingPlace): boolean {
    const { checkpoints } = this.#options;
    switch (checkpoints.name) {
      case 'off':
        return false;
      case 'epochs':
        return step === 0 && epoch % checkpoints.every === 0;
      case 'automatic': {
        const leastMs = Math.max(automaticMs, this.#writingMs / mostWritingPart);
        return performance.now() - this.#writtenAt >= leastMs;
      }
      default:
        return checkpoints satisfies never;
    }
  }

  /** Writes the runs, one file for each. @returns whether all of them are on the disk; never rejects */
  async write(states: readonly RunState[]): Promise<boolean> {
    const started = performance.now();
    const durationMs = this.#earlierMs + (started - this.#beganAt) / this.#tasks.length;
    try {
      for (const [i, state] of states.entries()) await this.#writeOne(i, state, durationMs);
      return true;
    } catch (error) {
      if (!this.#hasTold)
        this.#options.note(
          `no checkpoint could be written, training goes on without: ${reportError(error).message}`,
        );
      this.#hasTold = true;
      return false;
    } finally {
      this.#writtenAt = performance.now();
      this.#writingMs = this.#writtenAt - started;
    }
  }

  async #writeOne(index: number, state: RunState, durationMs: number): Promise<void> {
    const { artifactsFolder, checkpointsFolder, stamp } = this.#options;
    const { carried, kept, place, points, rows, seed } = state;
    const run = { seed, place, rows, points };
    const facts: Facts = { engine: stamp, durationMs, run, keptEpoch: kept?.epoch ?? null };
    const vector = (data: Float32Array) => ({ shape: [data.length], data });
    const arrays = {
      ...prefixed('carried.', carried),
      ...(kept
        ? prefixed('kept.', {
            theta: vector(kept.weights.theta),
            statistics: vector(kept.weights.statistics),
          })
        : {}),
    };
    // What a checkpoint names must be there after a power cut.
    const fresh = points.slice(this.#synced[index]).map(({ hash }) => hash);
    await syncArtifacts(artifactsFolder, fresh);
    this.#synced[index] = points.length;
    const { taskId } = this.#tasks[index] as TrainTask;
    putCheckpoint(checkpointsFolder, taskId, encodeState(facts, arrays));
  }
}

function prefixed<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [prefix + name, value]));
}
