/** Which fields the runs of an experiment have: settings, facts, numbers. What a caller names is looked up here and nowhere else. */
import type { RunField } from '#shared/contract/run-views';
import { axisTitle } from '#shared/domain/diagram-axis';
import { scalarIn, isProblemSpec } from '#shared/domain/problem-scalars';
import { taskStates } from '#shared/domain/results';
import {
  conditionProblem,
  type RunCondition,
  type RunFieldType,
} from '#shared/domain/run-conditions';
import type { ExperimentSpec, Scalar } from '#shared/domain/spec';
import { withNeededTrajectory } from '#shared/domain/trajectory';
import { PhasescapeError } from '#shared/errors';
import { showValue } from '#shared/show-value';
import { ranksOf, type ResolvedField, type RunFact } from '../store/run-field';
import { scalarsOfSpec } from './results';
import { cellSettings } from './run-settings';

/** A field as it is described, with where its values come from. */
export interface KnownField {
  readonly described: RunField;
  readonly resolved: ResolvedField;
  /** The metric that yields a number; undefined for what is none. */
  readonly metric?: string;
}

/** Values of a setting that are offered one by one. */
const mostChoices = 100;

const facts: readonly (Pick<RunField, 'title' | 'type' | 'definition'> & {
  readonly name: RunFact;
  readonly unit?: string;
})[] = [
  { name: 'seed', title: 'Seed', type: 'number', definition: 'Keys every random draw of the run.' },
  {
    name: 'state',
    title: 'State',
    type: 'choice',
    definition: 'What became of the training; diverged is a result, not a failure.',
  },
  {
    name: 'tags',
    title: 'Tags',
    type: 'tags',
    definition: 'What you call the run, in all experiments.',
  },
  { name: 'note', title: 'Note', type: 'text', definition: 'What you wrote about the run.' },
  {
    name: 'engine',
    title: 'Engine',
    type: 'text',
    definition: 'What executed the training: name, number type, device and version.',
  },
  {
    name: 'duration',
    title: 'Training time',
    type: 'number',
    unit: 's',
    definition: 'Time of the training on its worker; seeds that train together share it.',
  },
  { name: 'steps', title: 'Steps', type: 'number', definition: 'Optimiser steps taken.' },
  { name: 'finished', title: 'Finished', type: 'moment', definition: 'When the training ended.' },
  {
    name: 'attempts',
    title: 'Lost attempts',
    type: 'number',
    definition: 'How often a worker ended with the training before it was done.',
  },
  {
    name: 'cell',
    title: 'Cell',
    type: 'number',
    definition: 'Position of the cell in the grid, from 0.',
  },
];
const recorded = {
  name: 'recorded',
  title: 'Recorded weights',
  type: 'number',
  definition: 'Weights kept along the training.',
} as const;

/** Every field of an experiment's runs, axes first, by name. */
export function runFields(spec: ExperimentSpec): ReadonlyMap<string, KnownField> {
  const fields = [...settingFields(spec), ...factFields(spec), ...numberFields(spec)];
  return new Map(fields.map((field) => [field.described.name, field]));
}

function settingFields(spec: ExperimentSpec): KnownField[] {
  const settings = cellSettings(spec);
  return settings.paths.map((path) => {
    const values = settings.column(path) ?? [];
    const { distinct } = ranksOf(values);
    const choices = distinct.length <= mostChoices ? { choices: [...distinct] } : {};
    return {
      described: {
        name: path,
        title: axisTitle(path),
        unit: '',
        definition: path,
        kind: 'setting',
        type: distinct.every((value) => typeof value === 'number') ? 'number' : 'choice',
        ...choices,
        varies: new Set(values).size > 1,
      },
      resolved: { kind: 'setting', name: path, values },
    };
  });
}

function factFields(spec: ExperimentSpec): KnownField[] {
  const isRecorded = withNeededTrajectory(spec.training, spec.metrics).trajectory.name !== 'off';
  return [...facts, ...(isRecorded ? [recorded] : [])].map((fact) => ({
    described: {
      unit: '',
      ...fact,
      kind: 'fact',
      ...choicesOfFact(fact.name, spec),
      varies: true,
    },
    resolved: { kind: 'fact', name: fact.name },
  }));
}

function choicesOfFact(name: RunFact, spec: ExperimentSpec): { choices?: Scalar[] } {
  if (name === 'state') return { choices: [...taskStates] };
  return name === 'seed' && spec.seeds.length <= mostChoices ? { choices: [...spec.seeds] } : {};
}

function numberFields(spec: ExperimentSpec): KnownField[] {
  const isOfProblems = isProblemSpec(spec);
  return scalarsOfSpec(spec).map((definition): KnownField => {
    const {
      name,
      title,
      unit,
      over,
      metric,
      definition: words,
    } = scalarIn(definition.name, isOfProblems) ?? definition;
    const isPair = over === 'pair';
    return {
      described: {
        name,
        title,
        unit,
        definition: isPair ? `Mean over the pairs that the run is in. ${words}` : words,
        kind: isPair ? 'pair' : 'number',
        type: 'number',
        varies: true,
      },
      resolved: { kind: isPair ? 'pair' : 'number', name },
      metric,
    };
  });
}

/** The fields of these names. @throws PhasescapeError `invalid-input` naming every one that does not exist */
export function requireFields(
  known: ReadonlyMap<string, KnownField>,
  names: readonly string[],
  where: string,
): KnownField[] {
  const missing = names.filter((name) => !known.has(name));
  if (missing.length > 0) {
    throw new PhasescapeError(
      'invalid-input',
      `${where}: must be fields of the experiment's runs, got ${missing.map((name) => showValue(name)).join(', ')}; use one of: ${[...known.keys()].join(', ')}`,
    );
  }
  return names.flatMap((name) => known.get(name) ?? []);
}

/** The conditions with their fields. @throws PhasescapeError `invalid-input` with every condition that cannot be */
export function requireConditions(
  known: ReadonlyMap<string, KnownField>,
  filter: readonly RunCondition[],
): { field: ResolvedField; condition: RunCondition }[] {
  const fields = requireFields(
    known,
    filter.map(({ field }) => field),
    'filter',
  );
  const problems = filter.flatMap((condition, i) => {
    const type: RunFieldType = fields[i]?.described.type ?? 'text';
    return conditionProblem(condition, type) ?? [];
  });
  if (problems.length > 0)
    throw new PhasescapeError(
      'invalid-input',
      `filter: ${problems.join('; ')}; correct or remove the condition`,
    );
  return filter.flatMap((condition, i) => {
    const field = fields[i]?.resolved;
    return field ? [{ field, condition }] : [];
  });
}
