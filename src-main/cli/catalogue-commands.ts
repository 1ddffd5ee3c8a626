/** `phasescape metrics` and `phasescape engines`: what can be measured, and what can execute here. */
import { metricCatalogue } from '../workbench/catalogue';
import { exitCodes, print, say, type ExitCode } from './outcome';

/** Prints every metric with its definition, scalars and units. */
export async function metricsCommand({ json }: { readonly json?: boolean }): Promise<ExitCode> {
  if (json === true) {
    await print(JSON.stringify(metricCatalogue));
    return exitCodes.done;
  }
  const lines = metricCatalogue.flatMap(
    ({ name, title, definition, over, scalars, units, source, defaults }) => [
      `${name}: ${title} (per ${over})`,
      `  ${definition}`,
      ...scalars.map((scalar) => `  - ${scalar}${units[scalar] ? `, ${units[scalar]}` : ''}`),
      ...(Object.keys(defaults).length > 0 ? [`  defaults ${JSON.stringify(defaults)}`] : []),
      `  source: ${source}`,
    ],
  );
  await print(lines.join('\n'));
  return exitCodes.done;
}

/** Prints every executor; exit code 3 when none can run. */
export async function enginesCommand(options: {
  readonly json?: boolean;
  readonly benchmark?: boolean;
}): Promise<ExitCode> {
  if (options.benchmark === true) {
    const { runBench } = await import('./bench');
    const code = await runBench('engines');
    if (code !== 0) return exitCodes.environment;
  }
  const { describeEngines } = await import('../workbench/engines');
  const engines = await describeEngines();
  if (options.json === true) await print(JSON.stringify(engines));
  else
    await print(
      engines
        .map((e) =>
          e.available
            ? `${e.name}: available, ${e.device}, ${e.dtype}, ${e.version}; ${e.detail}`
            : `${e.name}: not available; ${e.detail}`,
        )
        .join('\n'),
    );
  if (engines.some((engine) => engine.available)) return exitCodes.done;
  say('error: engine: at least one must run here, got none; see the reasons above');
  return exitCodes.environment;
}
