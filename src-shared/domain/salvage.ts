/** Keeps what is valid of a group of settings, so that one mistake, or another kind of group, does not lose the rest. */
import { z } from 'zod';

/** A group of several kinds, told apart by one setting: models by `family`, optimisers and data sets by `name`. */
export interface Kinds {
  /** The setting that tells the kinds apart. */
  readonly key: string;
  /** The kinds there are, in order; a schema of open kinds takes others too. */
  readonly names: readonly string[];
  /** The settings of one kind; undefined where there is none of that name. */
  readonly schemaOf: (name: unknown) => z.ZodObject | undefined;
}

type Settings = Readonly<Record<string, unknown>>;

/** Kinds of the schemas that are no discriminated unions. */
export const openKinds = new WeakMap<z.ZodType, Kinds>();

/** The kinds of a group; null where it has one kind only. */
export function kindsOf(schema: z.ZodType): Kinds | null {
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return openKinds.get(schema) ?? null;
  const key = schema.def.discriminator;
  const options = schema.options as readonly z.ZodObject[];
  const nameOf = ({ shape }: z.ZodObject) => {
    const literal = (shape as Readonly<Record<string, unknown>>)[key];
    return literal instanceof z.ZodLiteral ? String(literal.value) : '';
  };
  const schemaOf = (name: unknown) => options.find((option) => nameOf(option) === name);
  return { key, names: options.map(nameOf), schemaOf };
}

/**
 * A valid group with every setting of `given` that is valid by itself; the rest are those of `fallback`, else the schema's defaults.
 *
 * A group of several kinds is of the kind that `given` names, where that exists, else of the fallback's, else of the first; settings
 * that the kind does not have are left out.
 * @param schema - of a group of settings, of one kind or of several
 * @throws z.ZodError when a setting has neither a value, nor a fallback, nor a default
 */
export function salvage<S extends z.ZodType>(
  schema: S,
  given: unknown,
  fallback: Settings,
): z.output<S> {
  const settings = typeof given === 'object' && given !== null ? (given as Settings) : {};
  const { shape } = objectSchema(schema, settings, fallback);
  const kept: Record<string, unknown> = {};
  for (const [key, field] of Object.entries<z.ZodType>(shape)) {
    const literal = field instanceof z.ZodLiteral ? [field.value] : [];
    const value = [ownValue(settings, key), ownValue(fallback, key), ...literal].find(
      (candidate) => candidate !== undefined && field.safeParse(candidate).success,
    );
    if (value !== undefined) kept[key] = value;
  }
  return schema.parse(kept);
}

function objectSchema(schema: z.ZodType, given: Settings, fallback: Settings): z.ZodObject {
  if (schema instanceof z.ZodObject) return schema;
  const kinds = kindsOf(schema);
  const names = kinds ? [given[kinds.key], fallback[kinds.key], kinds.names[0]] : [];
  for (const name of names) {
    const kind = kinds?.schemaOf(name);
    if (kind) return kind;
  }
  return z.object({});
}

function ownValue(settings: Settings, key: string): unknown {
  return Object.hasOwn(settings, key) ? settings[key] : undefined;
}
