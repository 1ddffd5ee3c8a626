/** Progress on standard error: a bar with rate and time left on a terminal, else a line every ten seconds. */
import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from '#shared/contract/views';
import { say } from './outcome';

const lineEveryMs = 10_000;
const barEveryMs = 250;
/** Reading progress costs some 20 ms per 10,000 tasks. */
const slowerFromTasks = 5_000;

/** `1:05`, `2:03:09`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
}

/** `41/75 runs, 120/225 tasks, training at step 210/800, 5,480 steps/s, ETA 0:32`. */
export function progressText(progress: Progress): string {
  const { runs, tasks } = progress;
  const total = (counts: Record<string, number>) =>
    Object.values(counts).reduce((a, b) => a + b, 0);
  const parts = [
    `${runs.done + runs.diverged}/${total(runs)} runs`,
    `${tasks.done + tasks.diverged}/${total(tasks)} tasks`,
  ];
  if (tasks.failed > 0) parts.push(`${tasks.failed} failed`);
  const running = trainingText(progress.trainings);
  if (running !== '') parts.push(running);
  if (progress.stepsPerSecond !== null) parts.push(`${rateText(progress.stepsPerSecond)} steps/s`);
  if (progress.etaMs !== null) parts.push(`ETA ${formatDuration(progress.etaMs)}`);
  return parts.join(', ');
}

/** More trainings at once are told by their rate alone. */
const mostTold = 4;

/** How far the trainings are that run now; those of one cell take their steps together. */
function trainingText(trainings: Progress['trainings']): string {
  const ofCells = [...new Map(trainings.map((training) => [training.cell, training])).values()];
  const [first] = ofCells;
  if (!first || ofCells.length > mostTold) return '';
  if (ofCells.length === 1)
    return `training at step ${first.steps.toLocaleString('en-US')}/${first.totalSteps.toLocaleString('en-US')}`;
  const share = ({ steps, totalSteps }: (typeof ofCells)[0]) =>
    `${Math.floor((100 * steps) / totalSteps)}%`;
  return `training at ${ofCells.map(share).join(', ')}`;
}

/** Slow steps with a decimal: large networks take seconds for one. */
function rateText(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString('en-US');
}

/** Tasks with a result, and the parts of those that train. */
function doneTasks({ tasks, trainings }: Progress): number {
  const parts = trainings.reduce((sum, { steps, totalSteps }) => sum + steps / totalSteps, 0);
  return tasks.done + tasks.diverged + parts;
}

/** Shows progress until it is disposed. */
export class ProgressDisplay implements Disposable {
  readonly #read: () => Progress;
  readonly #bar: SingleBar | null;
  readonly #timer: NodeJS.Timeout;

  constructor(read: () => Progress, isTerminal = process.stderr.isTTY) {
    this.#read = read;
    const { tasks } = read();
    const total = Object.values(tasks).reduce((a, b) => a + b, 0);
    this.#bar = isTerminal
      ? new SingleBar(
          {
            format: '{bar} {text}',
            stream: process.stderr,
            barsize: 24,
            hideCursor: true,
            gracefulExit: false,
            etaBuffer: 1,
          },
          Presets.shades_classic,
        )
      : null;
    this.#bar?.start(total, doneTasks(read()), { text: '' });
    const everyMs = isTerminal ? barEveryMs * (total > slowerFromTasks ? 8 : 1) : lineEveryMs;
    this.#timer = setInterval(() => this.#show(), everyMs);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    if (!this.#bar) return;
    this.#show();
    this.#bar.stop();
  }

  #show(): void {
    const progress = this.#read();
    if (this.#bar) this.#bar.update(doneTasks(progress), { text: progressText(progress) });
    else say(`${formatDuration(progress.elapsedMs)} ${progressText(progress)}`);
  }
}
