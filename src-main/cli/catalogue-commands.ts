/** `phasescape metrics` and `phasescape engines`: what can be measured, and what can execute here. */
import { needWords, subjectWords } from '#shared/domain/metric-words';
import { costInWords, referenceWorkText } from '#shared/domain/reference-work';
import { metricCatalogue } from '../workbench/catalogue';
import type { MeasuredEngine } from '../workbench/engines';
import { exitCodes, print, say, type ExitCode } from './outcome';

/** Prints every metric with its definition, scalars and units. */
export async function metricsCommand({ json }: { readonly json?: boolean }): Promise<ExitCode> {
  if (json === true) {
    await print(JSON.stringify(metricCatalogue));
    return exitCodes.done;
  }
  const lines = metricCatalogue.flatMap(
    ({
      name,
      title,
      definition,
      subject,
      scalars,
      units,
      meanings,
      series,
      needs,
      source,
      defaults,
      cost,
    }) => [
      `${name}: ${title} (${subjectWords[subject]})`,
      `  ${definition}`,
      ...scalars.map(
        (scalar) =>
          `  - ${scalar}${units[scalar] ? `, ${units[scalar]}` : ''}: ${meanings[scalar] ?? ''}`,
      ),
      ...(series.length > 0 ? [`  series and fields: ${series.join(', ')}`] : []),
      ...(Object.keys(defaults).length > 0 ? [`  defaults ${JSON.stringify(defaults)}`] : []),
      ...needs.map((need) => `  needs ${needWords[need]}`),
      `  cost ${costInWords(cost)}`,
      `  source: ${source}`,
    ],
  );
  lines.push(`Costs are those of one task on ${referenceWorkText}.`);
  await print(lines.join('\n'));
  return exitCodes.done;
}

/** Prints every executor; exit code 3 when none can run. */
export async function enginesCommand(options: {
  readonly json?: boolean;
  readonly benchmark?: boolean;
}): Promise<ExitCode> {
  const { describeEngines, measureEngines } = await import('../workbench/engines');
  const { engines, problem } =
    options.benchmark === true
      ? await measureEngines()
      : { engines: await describeEngines(), problem: null };
  if (options.json === true) await print(JSON.stringify(engines));
  else
    await print(
      engines
        .map((e) =>
          e.available
            ? `${e.name}${e.isAutomatic ? ' (auto)' : ''}: available, ${e.device}, ${e.dtype}, ${e.version}; ${e.detail}${ratesOf(e)}`
            : `${e.name}: not available; ${e.detail}`,
        )
        .join('\n'),
    );
  if (problem !== null) say(`note: ${problem}`);
  if (engines.some((engine) => engine.available)) return exitCodes.done;
  say('error: engine: at least one must run here, got none; see the reasons above');
  return exitCodes.environment;
}

/** The measured rates and errors of an engine, in words; nothing where it was not measured. */
function ratesOf({ benchmark }: MeasuredEngine): string {
  if (!benchmark) return '';
  const { stepsPerSecond, convolutionStepsPerSecond, productsPerSecond } = benchmark;
  const { gradientError, productError, trainingError } = benchmark;
  return [
    '',
    `  ${rounded(stepsPerSecond)} model-steps/s (MLP 64-16-16-10, batch 32, three seeds packed)`,
    `  ${rounded(convolutionStepsPerSecond)} steps/s (CNN of 8, 16, 32 channels on 8 x 8 pixels, batch 64)`,
    `  ${rounded(productsPerSecond)} Hessian-vector products/s (the same MLP, 512 samples)`,
    `  largest relative difference from float64: gradient ${gradientError.toExponential(1)}, product ${productError.toExponential(1)}, ten steps ${trainingError.toExponential(1)}`,
  ].join('\n');
}

function rounded(rate: number): string {
  return Number(rate.toPrecision(3)).toLocaleString('en');
}
