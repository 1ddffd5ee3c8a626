/** A table that cannot be imported; `problems` holds its mistakes. */
import { DataFormatError } from '../../errors';
import { formatProblem, type SpecProblem } from '../spec-problem';

export class InvalidTableError extends DataFormatError {
  readonly problems: readonly SpecProblem[];

  constructor(problems: readonly SpecProblem[]) {
    super(problems.map(formatProblem).join('\n'), { details: { problems } });
    this.problems = problems;
  }
}
