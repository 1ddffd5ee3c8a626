/**
 * Choices of formulations, one small file each, written once: in the project, where they hold for every worker and every later
 * start, so that a repeated or resumed run gives the same numbers; and in the user's cache folder, so that the next project need not
 * measure anew. A choice holds for one version of the library on one kind of processor.
 */
import { createHash, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { DataFormatError, StoreError } from '#shared/errors';
import {
  gathered,
  layerName,
  type FormulationChooser,
  type LayerFormulations,
} from './formulations';

/** Where choices are kept. */
export interface FormulationFolders {
  /** Holds for the project; made when the first choice is kept. Absent for measurements, which belong to none. */
  readonly project?: string;
  /** Of this machine: only a cache, and done without where it cannot be used. */
  readonly machine: string;
}

interface Remembered {
  readonly library: string;
  readonly processor: string;
  readonly layer: string;
  readonly formulations: LayerFormulations;
}

/**
 * Chooses what the project has chosen before, else what this machine has, else by timing.
 * The function that it returns throws DataFormatError when a choice of the project was damaged, StoreError when it cannot be kept.
 */
export function rememberedFormulations(folders: FormulationFolders): FormulationChooser {
  const processor = cpus()[0]?.model ?? 'unknown';
  return async (layer, library, time) => {
    const head = { library, processor, layer: layerName(layer) };
    const name = `${createHash('sha256').update(JSON.stringify(head)).digest('hex').slice(0, 32)}.json`;
    const inProject = folders.project === undefined ? null : join(folders.project, name);
    const known = inProject === null ? null : readProject(inProject, head);
    if (known) return known;
    const onMachine = join(folders.machine, name);
    const before = readMachine(onMachine, head);
    const formulations = before ?? (await time());
    if (!before) keepOnMachine(onMachine, { ...head, formulations });
    return inProject === null ? formulations : keepInProject(inProject, { ...head, formulations });
  };
}

/** A choice as it was written; null where there is none. */
function readProject(
  file: string,
  head: Omit<Remembered, 'formulations'>,
): LayerFormulations | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unusable(file, cause);
  }
  const found = parse(text, head);
  if (found) return found;
  throw new DataFormatError(
    `formulations: ${file} must be as it was written, got ${JSON.stringify(text.slice(0, 80))}; restore it, or delete it to have its convolutions timed anew (last digits may then differ from earlier runs)`,
  );
}

/** As `readProject`, of a cache: what is damaged is not there. */
function readMachine(
  file: string,
  head: Omit<Remembered, 'formulations'>,
): LayerFormulations | null {
  try {
    return parse(readFileSync(file, 'utf8'), head);
  } catch {
    return null;
  }
}

function parse(text: string, head: Omit<Remembered, 'formulations'>): LayerFormulations | null {
  try {
    const { formulations, ...rest } = JSON.parse(text) as Remembered;
    const isSame = JSON.stringify(rest) === JSON.stringify(head);
    const isWhole = Object.keys(gathered).every((op) =>
      ['gather', 'direct'].includes(formulations[op as keyof LayerFormulations]),
    );
    return isSame && isWhole ? formulations : null;
  } catch {
    return null;
  }
}

/** Of several workers that choose at the same time one is first: what that one wrote holds for all. */
function keepInProject(file: string, choice: Remembered): LayerFormulations {
  try {
    const temporary = writeBeside(file, choice);
    try {
      linkSync(temporary, file);
      return choice.formulations;
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch (cause) {
    const { formulations: _, ...head } = choice;
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(file, cause);
    return readProject(file, head) ?? choice.formulations;
  }
}

function keepOnMachine(file: string, choice: Remembered): void {
  try {
    renameSync(writeBeside(file, choice), file);
  } catch {
    // The project keeps it; the next one measures anew.
  }
}

function writeBeside(file: string, choice: Remembered): string {
  mkdirSync(join(file, '..'), { recursive: true });
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  const { formulations, ...head } = choice;
  writeFileSync(temporary, `${JSON.stringify({ ...head, formulations })}\n`);
  return temporary;
}

function unusable(file: string, cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreError(
    `formulations: ${file} must be readable and writable, got ${reason}; give rights or space, then retry`,
    { cause },
  );
}
