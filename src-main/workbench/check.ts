/** One check of `doctor`: what it found, and what to do when that is not right. */

export interface CheckResult {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed';
  readonly detail: string;
}

/** Runs a check: `ok` with what it returns, `failed` with what it throws. Never throws. */
export async function check(
  name: string,
  run: () => string | Promise<string>,
): Promise<CheckResult> {
  try {
    return { name, status: 'ok', detail: await run() };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name, status: 'failed', detail };
  }
}

/** As `check`, for what the program can do without: a warning instead of a failure. */
export async function optional(
  name: string,
  run: () => string | Promise<string>,
): Promise<CheckResult> {
  const result = await check(name, run);
  return result.status === 'failed' ? { ...result, status: 'warning' } : result;
}
