/** Measures contestants in turn, so that all of them meet the same disturbances, and prints what it saw. */
import { print } from '../outcome';

/** What one turn yields. */
export interface Turn {
  readonly wall: number;
  /** By processor time; null where the system does not tell. */
  readonly processor: number | null;
}

export interface Contestant {
  readonly name: string;
  readonly turn: () => Turn | Promise<Turn>;
}

/** How the figures of a benchmark are read. */
export interface Reading {
  /** `s` or `steps/s`. */
  readonly unit: string;
  /** Of wall and processor figures. */
  readonly digits: number;
  /** What is wanted of ours against the last contestant's, when that is PyTorch: `at most 0.7`. */
  readonly wanted: string;
}

/** Turns of each contestant: a warm-up is not counted. */
const rounds = 3;

/**
 * Runs a benchmark: a warm-up turn each, then rounds in turn, medians, and the medians of the ratios round by round to
 * the last contestant, where there are several.
 */
export async function runInTurn(
  contestants: readonly Contestant[],
  { unit, digits, wanted }: Reading,
): Promise<void> {
  for (const { turn } of contestants) await turn();
  const turns = contestants.map((): Turn[] => []);
  const show = ({ wall, processor }: Turn) =>
    `${wall.toFixed(digits)} ${unit}${processor === null ? '' : ` (${processor.toFixed(digits)} by processor time)`}`;
  for (let round = 1; round <= rounds; round++) {
    const line: string[] = [];
    for (const [i, { name, turn }] of contestants.entries()) {
      const seen = await turn();
      turns[i]?.push(seen);
      line.push(`${name} ${show(seen)}`);
    }
    await print(`round ${round}: ${line.join('  ')}`);
  }
  const medians = turns.map((own) => ({
    wall: median(own.map((turn) => turn.wall)),
    processor: medianOf(own.map((turn) => turn.processor)),
  }));
  const line = contestants.map(({ name }, i) => `${name} ${show(medians[i] as Turn)}`);
  await print(`median:  ${line.join('  ')}`);
  const last = turns.at(-1) ?? [];
  for (const [i, { name }] of contestants.slice(0, -1).entries()) {
    const own = turns[i] ?? [];
    const wall = median(own.map((turn, round) => turn.wall / (last[round] as Turn).wall));
    const processor = medianOf(
      own.map((turn, round) => quotient(turn.processor, (last[round] as Turn).processor)),
    );
    const byProcessor = processor === null ? '' : `, by processor time ${processor.toFixed(3)}`;
    await print(
      `ratio:   ${name} / ${contestants.at(-1)?.name} ${wall.toFixed(3)}${byProcessor} (${wanted})`,
    );
  }
}

function quotient(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a / b;
}

function medianOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : median(known);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
