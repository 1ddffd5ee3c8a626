/** The words of the form's fields: what a setting is called, what it does, what is proposed for it. Limits and defaults are the schema's. */
import type { AxisRole } from '#shared/domain/spec';

export interface FieldWords {
  readonly label: string;
  /** What it does and in which unit, with the source of what comes from a paper. */
  readonly help: string;
  /** Role proposed when the field becomes an axis. */
  readonly role: AxisRole;
  /** Values proposed when it becomes an axis; choices and switches propose all of theirs. */
  readonly axisValues?: readonly number[];
  /** Choices as people write them. */
  readonly titles?: Readonly<Record<string, string>>;
  /** What a setting starts with that has no default and that a new draft does not have yet. */
  readonly start?: number | readonly object[];
}

export interface FieldText extends FieldWords {
  readonly path: string;
  /** Words that differ for one kind of the group that it belongs to: a family, a method. */
  readonly ofKind?: Readonly<Record<string, Partial<FieldWords>>>;
}
