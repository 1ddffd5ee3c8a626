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

/** `41/75 runs, 120/225 tasks, 5,480 steps/s, ETA 0:32`. */
export function progressText(progress: Progress): string {
  const { runs, tasks } = progress;
  const total = (counts: Record<string, number>) =>
    Object.values(counts).reduce((a, b) => a + b, 0);
  const parts = [
    `${runs.done + runs.diverged}/${total(runs)} runs`,
    `${tasks.done + tasks.diverged}/${total(tasks)} tasks`,
  ];
  if (tasks.failed > 0) parts.push(`${tasks.failed} failed`);
  if (progress.stepsPerSecond !== null)
    parts.push(`${Math.round(progress.stepsPerSecond).toLocaleString('en-US')} steps/s`);
  if (progress.etaMs !== null) parts.push(`ETA ${formatDuration(progress.etaMs)}`);
  return parts.join(', ');
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
    this.#bar?.start(total, tasks.done + tasks.diverged, { text: '' });
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
    const { tasks } = progress;
    if (this.#bar) this.#bar.update(tasks.done + tasks.diverged, { text: progressText(progress) });
    else say(`${formatDuration(progress.elapsedMs)} ${progressText(progress)}`);
  }
}
