/** `phasescape doctor`: what is wrong with this installation, one line a check with what to do. */
import { print, exitCodes, type ExitCode } from './outcome';

/** Runs every check. Exit code 3 when one that matters fails. */
export async function doctorCommand({ project }: { readonly project?: string }): Promise<ExitCode> {
  const { runChecks } = await import('../workbench/doctor');
  let failed = 0;
  for await (const { name, status, detail } of runChecks(project)) {
    if (status === 'failed') failed += 1;
    const mark = { ok: 'ok     ', warning: 'warning', failed: 'FAILED ' }[status];
    await print(`${mark} ${name}: ${detail}`);
  }
  return failed === 0 ? exitCodes.done : exitCodes.environment;
}
