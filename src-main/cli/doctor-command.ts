/** `phasescape doctor`: what is wrong with this installation and a project, one line a check with what to do. */
import { PhasescapeError } from '#shared/errors';
import { print, exitCodes, type ExitCode } from './outcome';

export interface DoctorOptions {
  readonly project?: string;
  readonly repair?: boolean;
}

/** Runs every check. Exit code 3 when one that matters fails. @throws PhasescapeError for a repair of nothing */
export async function doctorCommand({ project, repair }: DoctorOptions): Promise<ExitCode> {
  if (repair === true && project === undefined) {
    throw new PhasescapeError(
      'invalid-input',
      '--repair: must be given with a project, got none; add --project DIR',
    );
  }
  const { runChecks } = await import('../workbench/doctor');
  let failed = 0;
  const checked = project === undefined ? undefined : { folder: project, repair: repair === true };
  for await (const { name, status, detail } of runChecks(checked)) {
    if (status === 'failed') failed += 1;
    const mark = { ok: 'ok     ', warning: 'warning', failed: 'FAILED ' }[status];
    await print(`${mark} ${name}: ${detail}`);
  }
  return failed === 0 ? exitCodes.done : exitCodes.environment;
}
