/** What the schema says of each setting of a spec: which exist, what they may be, what they are when they are left out. */
import { z } from 'zod';
import { readPath } from './cells';
import { kindsOf, salvage } from './salvage';
import { metricOf } from './metric-registry';
import { specSchema, type Scalar } from './spec';

/** Ends of a range: `least` and `most` belong to it, `above` and `below` do not; undefined where it has no end. */
export type Limits = Readonly<Record<'least' | 'above' | 'most' | 'below', number | undefined>>;

/** The values that a setting may take. */
export type SettingRule =
  | { readonly type: 'number'; readonly whole: boolean; readonly limits: Limits }
  | {
      readonly type: 'choice';
      readonly values: readonly string[];
      /** The word decides which other settings there are. */
      readonly isKind: boolean;
      /** Of a kind: those whose other settings all have defaults, so that the word alone is enough. */
      readonly alone?: readonly string[];
    }
  /** Several whole numbers. */
  | { readonly type: 'list' }
  | { readonly type: 'switch' }
  | { readonly type: 'text' };

/** One setting as the schema describes it. */
export interface Setting {
  readonly rule: SettingRule;
  /** Its value where it is left out; undefined when it must be given. */
  readonly fallback: Scalar | undefined;
  /** The kind of the innermost group of several kinds around it, such as the family; null outside of such groups. */
  readonly kind: string | null;
  /** Whether a value is valid by itself. */
  readonly accepts: (value: unknown) => boolean;
}

/**
 * The setting at a dotted path of a spec, which may still be wrong.
 *
 * Null for groups and lists of anything but numbers, for what the present family, method and so on do not have, and for settings that leave no choice. Never throws.
 */
export function findSetting(spec: unknown, path: string): Setting | null {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const group = findGroup(spec, keys);
  if (group === null) return null;
  const { schema, value, kind } = group;
  const kinds = kindsOf(schema);
  if (kinds?.key === last) {
    return {
      rule: {
        type: 'choice',
        values: kinds.names,
        isKind: true,
        alone: kinds.names.filter(
          (name) => kinds.schemaOf(name)?.safeParse({ [last]: name }).success,
        ),
      },
      fallback: readPath(value, last) as Scalar | undefined,
      kind,
      accepts: (name) =>
        fieldsOf(schema, { [last]: name })?.[last]?.safeParse(name).success === true,
    };
  }
  const field = fieldsOf(schema, value)?.[last];
  return field ? describeSetting(field, kind) : null;
}

/** The setting of a metric; null where it has none of that name. @throws RangeError for a name that is no metric's */
export function findMetricSetting(name: string, key: string): Setting | null {
  const field = fieldsOf(metricOf({ name }).settings, {})?.[key];
  return field ? describeSetting(field, name) : null;
}

/**
 * The group around a setting that tells its kinds apart (`model.family`) as it becomes when that setting changes: every setting that is
 * valid there is kept, the rest take the schema's defaults.
 *
 * @param start - the value of a setting that has no default, by its path
 * @returns null where the path is no such setting, or there is no kind of that name
 */
export function changeKind(
  spec: unknown,
  path: string,
  { name, start }: { name: string; start: (path: string) => unknown },
): Readonly<Record<string, unknown>> | null {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const group = findGroup(spec, keys);
  const kinds = group && kindsOf(group.schema);
  const kind = kinds?.key === last ? kinds.schemaOf(name) : undefined;
  if (!kind) return null;
  const required = Object.keys(kind.shape).filter(
    (key) => !(kind.shape[key] instanceof z.ZodDefault),
  );
  const fallback = Object.fromEntries(
    required.map((key) => [key, start([...keys, key].join('.'))] as const),
  );
  const given = typeof group?.value === 'object' ? group.value : {};
  return salvage(kind, { ...given, [last]: name }, fallback);
}

interface Group {
  readonly schema: z.ZodType;
  /** What the spec has there, else the group's default. */
  readonly value: unknown;
  readonly kind: string | null;
}

function findGroup(spec: unknown, keys: readonly string[]): Group | null {
  let group: Group = { schema: specSchema, value: spec, kind: null };
  for (const key of keys) {
    const field = fieldsOf(group.schema, group.value)?.[key];
    if (!field) return null;
    const schema = field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType) : field;
    const kinds = kindsOf(schema);
    if (kinds === null && !(schema instanceof z.ZodObject)) return null;
    const value = readPath(group.value, key) ?? defaultOf(field);
    const kind = kinds ? String(readPath(value, kinds.key)) : group.kind;
    group = { schema, value, kind };
  }
  return group;
}

/** The fields of a group, those of its present kind; undefined where that kind does not exist. */
function fieldsOf(
  schema: z.ZodType,
  value: unknown,
): Readonly<Record<string, z.ZodType | undefined>> | undefined {
  if (schema instanceof z.ZodObject) return schema.shape;
  const kinds = kindsOf(schema);
  return kinds?.schemaOf(readPath(value, kinds.key))?.shape;
}

function defaultOf(schema: z.ZodType): unknown {
  return schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
}

function describeSetting(field: z.ZodType, kind: string | null): Setting | null {
  const inner = field instanceof z.ZodDefault ? field.unwrap() : field;
  const rule = ruleOf(inner);
  if (rule === null) return null;
  const fallback = defaultOf(field) as Scalar | undefined;
  return { rule, fallback, kind, accepts: (value) => field.safeParse(value).success };
}

function ruleOf(schema: unknown): SettingRule | null {
  if (schema instanceof z.ZodNumber) return numberRule(schema);
  if (schema instanceof z.ZodEnum)
    return { type: 'choice', values: schema.options.map(String), isKind: false };
  if (schema instanceof z.ZodBoolean) return { type: 'switch' };
  if (schema instanceof z.ZodArray)
    return schema.element instanceof z.ZodNumber ? { type: 'list' } : null;
  return schema instanceof z.ZodString ? { type: 'text' } : null;
}

function numberRule(schema: z.ZodNumber): SettingRule {
  const json = z.toJSONSchema(schema);
  const limits = {
    least: json.minimum,
    above: finite(json.exclusiveMinimum),
    most: json.maximum,
    below: finite(json.exclusiveMaximum),
  };
  return { type: 'number', whole: json.type === 'integer', limits };
}

/** JSON Schema's old drafts had flags for these limits. */
function finite(limit: number | boolean | undefined): number | undefined {
  return typeof limit === 'number' ? limit : undefined;
}
