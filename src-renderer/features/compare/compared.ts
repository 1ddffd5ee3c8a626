/** One thing that is compared, with all that is known of it. Pure. */
import type { ImportedView } from '#shared/contract/table-views';
import type { CellTask, ExperimentView } from '#shared/contract/views';
import type { CellResult } from '#shared/domain/results';
import type { Subject } from './subjects';

export interface Compared {
  readonly subject: Subject;
  /** `A`, `B`, ... */
  readonly mark: string;
  readonly colour: string;
  /** `Width 16, batch size 32, seed 0`; with the experiment where there are several. */
  readonly label: string;
  readonly view: ExperimentView | ImportedView;
  readonly cell: CellResult;
  /** Of the cell, or of the run alone. */
  readonly tasks: readonly CellTask[];
}

/** The tasks of a cell with what belongs to one run: its own measurements and those of the pairs that it is in. */
export function tasksOfRun(tasks: readonly CellTask[], seed: number): readonly CellTask[] {
  return tasks
    .filter((task) => task.seeds.includes(seed))
    .map((task) => ({
      ...task,
      measurements: task.measurements.filter(({ subject }) =>
        subject.kind === 'run' ? subject.seed === seed : subject.seeds.includes(seed),
      ),
    }));
}
