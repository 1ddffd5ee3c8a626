/** Places storages in one memory: one is free again after the last instruction that reads it. */
import type { Instruction } from './instructions';
import type { Layout, Storage } from './layout';

/** Floats of a cache line: every storage begins on one. */
const line = 16;

export interface Placement {
  readonly offsets: ReadonlyMap<Storage, number>;
  readonly size: number;
}

/**
 * Offsets of all own storages, after the constants.
 * @param pinned - storages that live as long as the plan
 */
export function placeStorages(
  instructions: readonly Instruction[],
  pinned: readonly Storage[],
  constantSize: number,
): Placement {
  const offsets = new Map<Storage, number>();
  const free = new FreeList(roundUp(constantSize));
  for (const storage of pinned)
    if (!offsets.has(storage)) offsets.set(storage, free.take(storage.size));
  const lives = livesOf(instructions);
  const ending = new Map<number, Storage[]>();
  instructions.forEach((instruction, at) => {
    for (const { storage } of instruction.writes) {
      if (storage.kind !== 'own' || offsets.has(storage)) continue;
      const inherited = heritage(instruction, storage, at, { lives, offsets, pinned });
      if (inherited) {
        offsets.set(storage, offsets.get(inherited) as number);
        ending.set(
          at,
          (ending.get(at) ?? []).filter((x) => x !== inherited),
        );
      } else offsets.set(storage, free.take(storage.size));
      const last = lives.get(storage) as number;
      ending.set(last, [...(ending.get(last) ?? []), storage]);
    }
    for (const storage of ending.get(at) ?? [])
      free.give(offsets.get(storage) as number, storage.size);
  });
  return { offsets, size: free.size };
}

/** The last instruction that touches each storage. */
function livesOf(instructions: readonly Instruction[]): Map<Storage, number> {
  const lives = new Map<Storage, number>();
  instructions.forEach(({ reads, writes }, at) => {
    for (const { storage } of [...reads, ...writes]) lives.set(storage, at);
  });
  return lives;
}

/**
 * A storage that an elementwise instruction reads for the last time, element by element where it writes: its place is taken
 * over. Every read of it must be in that same layout.
 */
function heritage(
  instruction: Instruction,
  storage: Storage,
  at: number,
  {
    lives,
    offsets,
    pinned,
  }: {
    lives: ReadonlyMap<Storage, number>;
    offsets: ReadonlyMap<Storage, number>;
    pinned: readonly Storage[];
  },
): Storage | null {
  if (instruction.kind !== 'elementwise') return null;
  const written = instruction.writes.filter((layout) => layout.storage === storage);
  const [target] = written;
  if (written.length !== 1 || !target) return null;
  const taken = new Set(
    instruction.writes
      .filter((other) => other.storage !== storage)
      .map((other) => offsets.get(other.storage)),
  );
  const heir = instruction.reads.find(({ storage: from }) => {
    if (from.kind !== 'own' || pinned.includes(from) || from.size !== storage.size) return false;
    if (lives.get(from) !== at || taken.has(offsets.get(from))) return false;
    return instruction.reads.every((other) => other.storage !== from || isSame(other, target));
  });
  return heir?.storage ?? null;
}

function isSame(a: Layout, b: Layout): boolean {
  return (
    a.offset === b.offset &&
    a.shape.length === b.shape.length &&
    a.shape.every(
      (extent, axis) =>
        extent === b.shape[axis] && (extent === 1 || a.strides[axis] === b.strides[axis]),
    )
  );
}

function roundUp(floats: number): number {
  return Math.ceil(floats / line) * line;
}

/** Gaps in memory, in order; the smallest that is large enough is taken. */
class FreeList {
  #gaps: { start: number; end: number }[] = [];
  #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  take(floats: number): number {
    const size = roundUp(floats);
    let best: { start: number; end: number } | null = null;
    for (const gap of this.#gaps)
      if (gap.end - gap.start >= size && (!best || gap.end - gap.start < best.end - best.start))
        best = gap;
    if (!best) {
      // A gap at the end grows.
      const tail = this.#gaps.at(-1);
      const start = tail?.end === this.#size ? tail.start : this.#size;
      if (tail?.end === this.#size) this.#gaps.pop();
      this.#size = start + size;
      return start;
    }
    const { start } = best;
    best.start += size;
    if (best.start === best.end) this.#gaps = this.#gaps.filter((gap) => gap !== best);
    return start;
  }

  give(start: number, floats: number): void {
    const end = start + roundUp(floats);
    const at = this.#gaps.findIndex((gap) => gap.start > start);
    const index = at < 0 ? this.#gaps.length : at;
    this.#gaps.splice(index, 0, { start, end });
    for (const i of [index + 1, index]) {
      const [before, after] = [this.#gaps[i - 1], this.#gaps[i]];
      if (before && after && before.end === after.start) {
        before.end = after.end;
        this.#gaps.splice(i, 1);
      }
    }
  }
}
