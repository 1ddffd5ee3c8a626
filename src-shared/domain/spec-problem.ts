/** One mistake in a spec, and lists of them. */
import { PhasescapeError } from '../errors';
import { showValue } from '../show-value';

/** One mistake, said so that the user can mend it. */
export interface SpecProblem {
  /** Place in the spec: `model.width`, `axes[0].values[2]`; empty for the whole. */
  readonly path: string;
  /** What must hold. */
  readonly rule: string;
  /** The value found, as JSON, shortened and escaped. */
  readonly got: string;
  /** What would be valid. */
  readonly fix: string;
}

/** A spec that cannot be run; `problems` holds its mistakes. */
export class InvalidSpecError extends PhasescapeError {
  readonly problems: readonly SpecProblem[];

  constructor(problems: readonly SpecProblem[]) {
    super('invalid-spec', problems.map(formatProblem).join('\n'), { details: { problems } });
    this.problems = problems;
  }
}

/** One line in the grammar of all messages: `where: rule, got value; what to do`. */
export function formatProblem(problem: SpecProblem): string {
  return `${problem.path === '' ? 'spec' : problem.path}: ${problem.rule}, got ${problem.got}; ${problem.fix}`;
}

/** A problem with the value that was found. */
export function problem(path: string, rule: string, got: unknown, fix: string): SpecProblem {
  return { path, rule, got: showValue(got), fix };
}

/** Problems told one by one; a file with more than these has one mistake many times. */
const mostListed = 50;

/** Collects problems: the first of each place, and beyond a number that people read only how many more there are. */
export class ProblemList {
  readonly #listed = new Map<string, SpecProblem>();
  #more = 0;

  add(problems: Iterable<SpecProblem>): void {
    for (const each of problems) {
      if (this.#listed.has(each.path)) continue;
      if (this.#listed.size < mostListed) this.#listed.set(each.path, each);
      else this.#more += 1;
    }
  }

  /** In the order of adding; the last one stands for those that are not listed. */
  all(): SpecProblem[] {
    const listed = [...this.#listed.values()];
    if (this.#more === 0) return listed;
    const rule = 'must have no other problem';
    return [
      ...listed,
      { path: '', rule, got: `${this.#more} more`, fix: 'mend those above first' },
    ];
  }
}
