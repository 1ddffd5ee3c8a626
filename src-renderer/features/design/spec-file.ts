/** A spec as a file: what an opened one holds, and what a saved one is called. */
import { mostSpecBytes } from '#shared/domain/limits';
import type { ErrorReport } from '#shared/errors';
import type { Draft } from './draft';
import { readJsonText } from './json-text';

export type SpecFile =
  | { readonly ok: true; readonly draft: Draft }
  | { readonly ok: false; readonly error: ErrorReport };

/**
 * The draft in the text of a file. It may still be wrong as a spec: the form says what is.
 *
 * @param name - of the file, for the message
 * @returns an error with line and column where the text is no JSON object, or says something twice
 */
export function readSpecText(name: string, text: string): SpecFile {
  const refuse = (message: string): SpecFile => ({
    ok: false,
    error: { code: 'invalid-input', message },
  });
  const reading = readJsonText(text);
  const fault = reading.ok ? reading.repeats[0] : reading.fault;
  if (fault) return refuse(`${name}, line ${fault.line}, column ${fault.column}: ${fault.message}`);
  const value = reading.ok ? reading.value : null;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse(`${name}: must hold an object in braces, got something else; open a spec file`);
  return { ok: true, draft: value as Draft };
}

/** As `readSpecText`, for a file that was chosen or dropped. Never throws. */
export async function readSpecFile(file: File): Promise<SpecFile> {
  if (file.size > mostSpecBytes) {
    const message = `${file.name}: must be at most ${mostSpecBytes} bytes as a spec is, got ${file.size}; open a spec file`;
    return { ok: false, error: { code: 'invalid-input', message } };
  }
  try {
    return readSpecText(file.name, await file.text());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `${file.name}: must be readable, got ${reason}; choose it again`;
    return { ok: false, error: { code: 'invalid-input', message } };
  }
}

/** The file that a draft is saved as: `digits-width-batch.json`. */
export function specFileName(draft: Draft): string {
  const name = typeof draft['name'] === 'string' ? draft['name'].trim() : '';
  return `${name.replace(/[^A-Za-z0-9._-]+/g, '-') || 'spec'}.json`;
}
