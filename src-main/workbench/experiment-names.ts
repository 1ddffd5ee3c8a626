/** Whether a name is free for a spec, or belongs to the same one. */
import { canonicalJson } from '#shared/domain/canonical-json';
import { readPath } from '#shared/domain/cells';
import type { ExperimentSpec } from '#shared/domain/spec';
import { ConflictError } from '#shared/errors';
import type { StoredExperiment } from '../store/experiment-table';
import type { ProjectStore } from '../store/project-store';

/** @throws ConflictError for the name of results that were imported */
export function requireNotImported(tables: ProjectStore['tables'], name: string): void {
  const table = tables.findByName(name);
  if (!table) return;
  throw new ConflictError(
    `name: must be new, got ${JSON.stringify(name)} that belongs to results imported from ${table.source.file}; choose another name`,
    { details: { experimentId: table.id } },
  );
}

/** @throws ConflictError naming the settings in which the experiment of that name has another spec */
export function requireSame(existing: StoredExperiment, spec: ExperimentSpec): void {
  const different = Object.keys(spec).filter(
    (key) => canonicalJson(readPath(existing.spec, key)) !== canonicalJson(readPath(spec, key)),
  );
  if (different.length === 0) return;
  throw new ConflictError(
    `name: must be new or belong to the same spec, got ${JSON.stringify(spec.name)} that has another ${different.join(', ')}; choose another name or delete that experiment`,
    { details: { experimentId: existing.id, different } },
  );
}

/** @throws ConflictError where an experiment was planned for another executor */
export function requireEngine(existing: StoredExperiment, engine: string): void {
  if (existing.engine === engine) return;
  throw new ConflictError(
    `engine: must be ${existing.engine} that experiment ${JSON.stringify(existing.name)} was planned for, got ${engine}; choose another name for the spec`,
    { details: { experimentId: existing.id } },
  );
}
