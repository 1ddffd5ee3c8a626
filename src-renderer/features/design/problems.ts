/** Which problem of a spec belongs under which part of the form. */
import type { SpecProblem } from '#shared/domain/check-spec';

/** Problems at a path or inside it: `axes[0]` has those of `axes[0].values[2]`. */
export function problemsAt(problems: readonly SpecProblem[], path: string): readonly SpecProblem[] {
  return problems.filter(
    (p) => p.path === path || p.path.startsWith(`${path}.`) || p.path.startsWith(`${path}[`),
  );
}

/** Problems that no part of the form shows: they stand above it. @param fields - those that the form shows */
export function unplacedProblems(
  problems: readonly SpecProblem[],
  fields: readonly { readonly path: string }[],
): readonly SpecProblem[] {
  const places = ['name', 'seeds', 'metrics', ...fields.map((f) => f.path)];
  const isAxis = (p: SpecProblem) => /^axes\[\d+\]/.test(p.path);
  return problems.filter(
    (p) => !isAxis(p) && !places.some((place) => problemsAt([p], place).length > 0),
  );
}

/** `must be at least 1; use 1 or more` as people read it under a field. */
export function problemText(problem: SpecProblem, at: string): string {
  const inside = problem.path.slice(at.length).replace(/^\./, '');
  const rule = `${problem.rule.charAt(0).toUpperCase()}${problem.rule.slice(1)}`;
  const place = /^(?:values)?\[(\d+)\]$/.exec(inside);
  const where = place ? `Entry ${Number(place[1]) + 1}: ${problem.rule}` : rule;
  return `${where}, got ${problem.got}; ${problem.fix}.`;
}

/**
 * The problem of a name that another experiment has, which would be found on saving only; null when it is free.
 *
 * @param own - the name of the stored draft that is edited; null for a new one
 */
export function nameInUse(
  name: unknown,
  taken: readonly string[],
  own: string | null,
): SpecProblem | null {
  if (typeof name !== 'string' || name === own || !taken.includes(name)) return null;
  const fix = 'choose another name, or open that experiment';
  return { path: 'name', rule: 'must be new in this project', got: JSON.stringify(name), fix };
}
