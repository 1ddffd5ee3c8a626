/** Edits of a spec that may still be wrong: pure functions from draft to draft. */
import {
  linearValues,
  logarithmicValues,
  powersOfTwo,
  wholeValues,
} from '#shared/domain/axis-values';
import { readPath } from '#shared/domain/cells';
import { metricDefinitions } from '#shared/domain/metric-registry';
import { unfitForProblems } from '#shared/domain/problem-rules';
import { isProblemName } from '#shared/domain/problem-spec';
import { changeKind } from '#shared/domain/settings';
import { specSchema, type AxisRole } from '#shared/domain/spec';
import { allFieldTexts, fieldValue, findField } from './fields';

/** A spec in the making: the shape of the JSON, nothing promised about its values. */
export type Draft = Readonly<Record<string, unknown>>;

export interface DraftAxis {
  readonly path: string;
  readonly role: AxisRole;
  readonly values: readonly unknown[];
}

export type DraftMetric = Readonly<Record<string, unknown>> & { readonly name: string };

/** What a new experiment starts from: one small network on the digits, no axis yet. */
export const emptyDraft: Draft = specSchema.parse({
  specVersion: 1,
  name: 'untitled',
  dataset: { name: 'digits' },
  model: { family: 'mlp', width: 16 },
  optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9, weightDecay: 0.0005 },
  training: { epochs: 20, batchSize: 32 },
  axes: [],
  seeds: [0, 1, 2],
});

/** What a new experiment begins with: the empty draft and the metrics that decide the phases. */
export const newDraft: Draft = {
  ...emptyDraft,
  metrics: metricDefinitions.filter(({ isUsual }) => isUsual).map(({ name }) => ({ name })),
};

/** Sets a value at a dotted path; groups on the way that are not there are made. */
export function setAt(draft: Draft, path: string, value: unknown): Draft {
  const [key = '', ...rest] = path.split('.');
  const child = draft[key];
  const group = typeof child === 'object' && child !== null ? (child as Draft) : {};
  return { ...draft, [key]: rest.length === 0 ? value : setAt(group, rest.join('.'), value) };
}

/** The value of a setting. */
export function valueAt(draft: Draft, path: string): unknown {
  return readPath(draft, path);
}

/** The axes, those entries left out that are not objects. */
export function axesOf(draft: Draft): readonly DraftAxis[] {
  const axes = draft['axes'];
  if (!Array.isArray(axes)) return [];
  return axes.filter((a): a is DraftAxis => {
    const axis = a as Partial<DraftAxis> | null;
    return typeof axis === 'object' && axis !== null && Array.isArray(axis.values);
  });
}

/** The metrics, those entries left out that are not objects. */
export function metricsOf(draft: Draft): readonly DraftMetric[] {
  const metrics = draft['metrics'];
  if (!Array.isArray(metrics)) return [];
  return metrics.filter((m): m is DraftMetric => typeof m === 'object' && m !== null);
}

/** The stop rule that counts classes, which a problem does not have. */
const stopOfClasses = 'zero-training-error';

/** Most axes that a spec can have. */
export const mostAxes = 3;

/**
 * Makes a setting an axis with the values its field proposes and a role that no other axis has yet; does nothing when it
 * is one already or three exist.
 */
export function addAxis(draft: Draft, path: string): Draft {
  const axes = axesOf(draft);
  if (axes.length >= mostAxes || axes.some((a) => a.path === path)) return draft;
  const field = findField(draft, path);
  if (!field) return draft;
  const role = axes.some((a) => a.role === field.role) ? freeRole(axes) : field.role;
  const unfit = isProblemName(valueAt(draft, 'dataset.name'))
    ? (unfitForProblems[path]?.value ?? stopOfClasses)
    : null;
  const proposed = field.proposed.filter((value) => value !== unfit);
  const values = proposed.length > 0 ? proposed : [fieldValue(field, draft)];
  const ready = field.isKind ? withBareKind(draft, path, values) : draft;
  return { ...ready, axes: [...axes, { path, role, values }] };
}

/** The draft with a kind that has no settings of its own, where there is one: they would not fit the others that the axis puts in. */
function withBareKind(draft: Draft, path: string, values: readonly unknown[]): Draft {
  const start = () => undefined;
  const bare = values
    .map((value) => changeKind(draft, path, { name: String(value), start }))
    .find((group) => group !== null && Object.keys(group).length === 1);
  return bare ? setAt(draft, path.slice(0, path.lastIndexOf('.')), bare) : draft;
}

function freeRole(axes: readonly DraftAxis[]): AxisRole {
  const roles: readonly AxisRole[] = ['load', 'temperature'];
  return roles.find((role) => axes.every((a) => a.role !== role)) ?? 'none';
}

/** Takes an axis away; the setting keeps the single value that it has in the spec. */
export function removeAxis(draft: Draft, path: string): Draft {
  return { ...draft, axes: axesOf(draft).filter((a) => a.path !== path) };
}

/** Changes one axis. */
export function changeAxis(draft: Draft, path: string, change: Partial<DraftAxis>): Draft {
  return {
    ...draft,
    axes: axesOf(draft).map((a) => (a.path === path ? { ...a, ...change } : a)),
  };
}

/**
 * Chooses another family, method, schedule or stop rule: settings that are valid there stay, the rest take their defaults. Axes over
 * settings that it does not have go; values of an axis that are not valid there go too, and with the last of them the usual ones come.
 *
 * @param path - the setting that tells the kinds apart, such as `model.family`
 */
export function chooseKind(draft: Draft, path: string, name: string): Draft {
  const start = (setting: string) =>
    valueAt(emptyDraft, setting) ?? allFieldTexts.find((text) => text.path === setting)?.start;
  const group = changeKind(draft, path, { name, start });
  if (group === null) return draft;
  const place = path.slice(0, path.lastIndexOf('.'));
  const changed = setAt(draft, place, group);
  const next = path === 'dataset.name' && isProblemName(name) ? readyForProblem(changed) : changed;
  if (!Array.isArray(draft['axes'])) return next;
  const isInside = (axis: unknown) =>
    String(valueAt(axis as Draft, 'path')).startsWith(`${place}.`);
  const axes = (draft['axes'] as unknown[]).flatMap((axis) =>
    isInside(axis) ? fitAxis(next, axis as DraftAxis) : [axis],
  );
  return { ...next, axes };
}

/** The draft with a network that can solve an equation, and without a stop rule that counts classes. */
function readyForProblem(draft: Draft): Draft {
  const isMlp = valueAt(draft, 'model.family') === 'mlp';
  const smooth = Object.entries(unfitForProblems).reduce(
    (next, [path, { value, instead }]) => {
      const field = findField(next, path);
      return field && fieldValue(field, next) === value ? setAt(next, path, instead) : next;
    },
    isMlp ? draft : chooseKind(draft, 'model.family', 'mlp'),
  );
  const countsClasses = valueAt(smooth, 'training.stop.name') === stopOfClasses;
  return countsClasses ? setAt(smooth, 'training.stop', { name: 'none' }) : smooth;
}

/** The axis with the values that its setting can take in the draft; nothing where there are none. */
function fitAxis(draft: Draft, axis: DraftAxis): DraftAxis[] {
  const field = findField(draft, axis.path);
  if (!field || !Array.isArray(axis.values)) return [];
  const kept = axis.values.filter(field.accepts);
  if (kept.length === axis.values.length) return [axis];
  const values = kept.length > 0 ? kept : field.proposed;
  return values.length > 0 ? [{ ...axis, values }] : [];
}

/** Adds a metric with its default settings, or takes it away. */
export function toggleMetric(draft: Draft, name: string): Draft {
  const metrics = metricsOf(draft);
  const rest = metrics.filter((m) => m.name !== name);
  return { ...draft, metrics: rest.length < metrics.length ? rest : [...metrics, { name }] };
}

/** Changes one setting of a metric. */
export function changeMetric(draft: Draft, name: string, key: string, value: unknown): Draft {
  return {
    ...draft,
    metrics: metricsOf(draft).map((m) => (m.name === name ? { ...m, [key]: value } : m)),
  };
}

export const generatorNames = ['linear', 'log', 'powers of two'] as const;
export type GeneratorName = (typeof generatorNames)[number];

/** Values between two ends; null where the ends do not suit the generator. */
export function generateValues(
  generator: GeneratorName,
  ends: { readonly first: number; readonly last: number; readonly count: number },
  whole: boolean,
): readonly number[] | null {
  const { first, last } = ends;
  const count = Math.min(1000, Math.max(1, Math.round(ends.count)));
  if (![first, last, count].every(Number.isFinite)) return null;
  if (generator === 'linear') {
    const values = linearValues(first, last, count);
    return whole ? wholeValues(values) : values;
  }
  if (first <= 0 || last <= 0) return null;
  if (generator === 'powers of two') {
    const [low, high] = [Math.min(first, last), Math.max(first, last)];
    const values = powersOfTwo(low, high);
    return values.length === 0 || values.length > 1000 ? null : values;
  }
  const values = logarithmicValues(first, last, count);
  return whole ? wholeValues(values) : values;
}

/** A name that no experiment has: `digits`, `digits-2`, `digits-3`. */
export function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  const stem = wanted.replace(/-\d+$/, '').slice(0, 94);
  let n = 2;
  while (taken.includes(`${stem}-${n}`)) n += 1;
  return `${stem}-${n}`;
}
