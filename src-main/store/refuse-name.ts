/** Names of experiments: each is there once, whatever kind of experiment has it. */
import { ConflictError } from '#shared/errors';

/** @throws ConflictError when an experiment has this name, as another process may have given it one meanwhile */
export function refuseName(
  name: string,
  among: { readonly findByName: (name: string) => { readonly id: string } | null },
): void {
  const holder = among.findByName(name);
  if (!holder) return;
  throw new ConflictError(
    `name: must be new, got ${JSON.stringify(name)} that another experiment has; choose another name`,
    { details: { experimentId: holder.id } },
  );
}
