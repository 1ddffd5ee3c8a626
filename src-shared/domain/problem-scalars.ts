/** How scalars read where the data set is a problem: its relative error takes the place of accuracy, and its loss has no unit. */
import { isProblemName } from './problem-spec';
import type { CellResult } from './results';
import { findScalar, type ScalarDefinition } from './scalars';
import type { ExperimentSpec } from './spec';

const accuracies = new Set(['trainAccuracy', 'testAccuracy']);
const relativeErrors = new Set(['trainRelativeError', 'testRelativeError']);

/** Why a cell has no value of a scalar of the other kind. */
export const noRelativeError =
  'classes have no exact solution: accuracy takes the place of the relative error';

/** Whether a scalar is a share of samples classified right, which problems do not have. */
export function isAccuracy(name: string): boolean {
  return accuracies.has(name);
}

/** Whether a scalar exists for problems only. */
export function isRelativeError(name: string): boolean {
  return relativeErrors.has(name);
}

/** Whether cells of a spec are problems, and whether some are not: an axis may vary the data set. Never throws. */
function kindsOfSpec({ dataset, axes }: Pick<ExperimentSpec, 'dataset' | 'axes'>): {
  readonly hasProblems: boolean;
  readonly hasClasses: boolean;
} {
  const names = axes.find((axis) => axis.path === 'dataset.name')?.values ?? [dataset.name];
  return {
    hasProblems: names.some(isProblemName),
    hasClasses: names.some((name) => !isProblemName(name)),
  };
}

/** Whether every cell of a spec is a problem. Never throws. */
export function isProblemSpec(spec: Pick<ExperimentSpec, 'dataset' | 'axes'>): boolean {
  return !kindsOfSpec(spec).hasClasses;
}

/** Leaves out the accuracies of problems and the relative errors of classes; where a spec has both kinds all stay. Never throws. */
export function scoresOfSpec<S extends Pick<ScalarDefinition, 'name'>>(
  spec: Pick<ExperimentSpec, 'dataset' | 'axes'>,
  definitions: readonly S[],
): readonly S[] {
  const { hasProblems, hasClasses } = kindsOfSpec(spec);
  return definitions.filter(
    ({ name }) => (hasClasses || !isAccuracy(name)) && (hasProblems || !isRelativeError(name)),
  );
}

/** Whether some results, of cells or runs, are those of problems. Never throws. */
export function hasProblemResults(
  results: readonly { readonly metrics: Readonly<Record<string, unknown>> }[],
): boolean {
  return results.some(({ metrics }) => 'testRelativeError' in metrics);
}

/** The score that a diagram shows first: test accuracy, of problems the test relative error. Never throws. */
export function mainScore(
  cells: readonly Pick<CellResult, 'metrics'>[],
): 'testAccuracy' | 'testRelativeError' {
  const isMixed = cells.some(({ metrics }) => 'testAccuracy' in metrics);
  return hasProblemResults(cells) && !isMixed ? 'testRelativeError' : 'testAccuracy';
}

/** Whether a scalar is one that `mainScore` gives. */
export function isMainScore(name: string): boolean {
  return name === 'testAccuracy' || name === 'testRelativeError';
}

/** A unit without the nats that the losses of problems do not have: `per squared weight`. Never throws. */
export function unitOfProblem(unit: string): string {
  return unit.replace(/^(?:squared )?nats ?/, '');
}

/** A title with a unit, `training loss (nats)` or `change of the loss in nats`, as it reads for problems. Never throws. */
export function titleOfProblem(title: string): string {
  return title
    .replace(/ in nats$/, '')
    .replace(/^nats$/, 'loss')
    .replace(/ \((.*)\)$/, (whole, unit: string) => {
      const own = unitOfProblem(unit);
      return own === unit ? whole : own === '' ? '' : ` (${own})`;
    });
}

/** A drawing whose titles are without the nats that problems do not have. Never throws. */
export function drawingOfProblem<T>(drawing: T): T {
  if (typeof drawing === 'string') return titleOfProblem(drawing) as T;
  if (Array.isArray(drawing)) return drawing.map(drawingOfProblem) as T;
  if (typeof drawing !== 'object' || drawing === null) return drawing;
  const entries = Object.entries(drawing as Readonly<Record<string, unknown>>).map(
    ([key, value]) => [key, drawingOfProblem(value)] as const,
  );
  return Object.fromEntries(entries) as T;
}

/** The definition of a scalar in an experiment; of problems without nats. Undefined for a name that is not one. Never throws. */
export function scalarIn(name: string, isOfProblems: boolean): ScalarDefinition | undefined {
  const scalar = findScalar(name);
  if (!scalar || !isOfProblems) return scalar;
  const unit = unitOfProblem(scalar.unit);
  return { ...scalar, unit, definition: scalar.definitionOfProblems ?? scalar.definition };
}
