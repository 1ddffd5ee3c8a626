/** What is compared: cells and runs of one experiment or several, as the address holds them. Pure. */

export interface Subject {
  readonly experimentId: string;
  readonly cell: number;
  /** Null for the whole cell. */
  readonly seed: number | null;
}

/** More lines in one chart nobody tells apart. */
export const mostCompared = 8;

/** The texts of the address: `cells=1,2`, `runs=3.0,3.1`, `also=EXPERIMENT.4,EXPERIMENT.4.0`. */
export interface SubjectQuery {
  readonly cells: string | null;
  readonly runs: string | null;
  readonly also: string | null;
}

/**
 * The subjects of an address, each once, at most eight. Where runs are named the selected cells are left out; what is no cell or run is
 * passed over. Never throws.
 */
export function parseSubjects(query: SubjectQuery, experimentId: string): readonly Subject[] {
  const own = list(query.runs ?? query.cells).map((text) => [experimentId, ...text.split('.')]);
  const others = list(query.also).map((text) => text.split('.'));
  const found = [...own, ...others].flatMap(([id = '', cellText, seedText, ...rest]): Subject[] => {
    const cell = wholeIn(cellText);
    const seed = seedText === undefined ? null : wholeIn(seedText);
    const isSeedWrong = seedText !== undefined && seed === null;
    return id === '' || cell === null || isSeedWrong || rest.length > 0
      ? []
      : [{ experimentId: id, cell, seed }];
  });
  const byKey = new Map(found.map((subject) => [subjectKey(subject), subject]));
  return [...byKey.values()].slice(0, mostCompared);
}

/** The address of some subjects; `parseSubjects` of it gives them back, those of other experiments last. */
export function formatSubjects(
  subjects: readonly Subject[],
  experimentId: string,
): Readonly<Record<keyof SubjectQuery, string | undefined>> {
  const own = subjects.filter((subject) => subject.experimentId === experimentId);
  const runs = own.filter(({ seed }) => seed !== null);
  const cells = own.filter(({ seed }) => seed === null);
  const others = subjects.filter((subject) => subject.experimentId !== experimentId);
  // Beside runs the cells of this experiment stand with those of the others.
  const also = runs.length === 0 ? others : [...cells, ...others];
  const text = (some: readonly string[]) => (some.length === 0 ? undefined : some.join(','));
  return {
    cells: runs.length === 0 ? text(cells.map(({ cell }) => String(cell))) : undefined,
    runs: text(runs.map(({ cell, seed }) => `${cell}.${seed ?? 0}`)),
    also: text(also.map(subjectKey)),
  };
}

/** `EXPERIMENT.4`, `EXPERIMENT.4.0`. */
export function subjectKey({ experimentId, cell, seed }: Subject): string {
  return seed === null ? `${experimentId}.${cell}` : `${experimentId}.${cell}.${seed}`;
}

/** The letter that a subject has in every table and chart. */
export function subjectMark(position: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + position);
}

const list = (text: string | null) => (text === null || text === '' ? [] : text.split(','));

function wholeIn(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null;
}
