/** The command line. Its words and exit codes are a contract: users' scripts depend on them. Each command loads what it needs when it is called. */
import { join } from 'node:path';
import { exportFormats, exportLevels } from '#shared/domain/data-export';
import { fileKinds, normalisationKinds } from '#shared/domain/dataset-files';
import { weightLayouts } from '#shared/domain/imported-weights';
import { gridNeighbourhoods } from '#shared/domain/topology/grid-graph';
import { Command, CommanderError, Option } from 'commander';
import { version } from '../../package.json';
import type { AnalyseOptions } from './analyse-command';
import type { BenchOptions } from './bench/bench-command';
import type { DoctorOptions } from './doctor-command';
import type { ExportWeightsOptions } from './export-command';
import type { ExportDataOptions } from './export-data-command';
import { addFigureOptions, type FigureOptions } from './figure-options';
import type { ImportCheckpointOptions } from './import-checkpoint-command';
import type { ImportDatasetOptions } from './import-command';
import type { ImportTableOptions } from './import-table-command';
import type { MeasureOptions } from './measure-command';
import type { ExportProjectOptions, ImportProjectOptions } from './project-commands';
import type { ReportOptions } from './report-command';
import type { ResultsOptions } from './results-command';
import type { RunOptions } from './run-command';
import type { ServeOptions } from './serve-command';
import type { TopologyOptions } from './topology-command';
import { mostWorkers } from '../workbench/machine';
import { whole, share, wholeShare, several, filled } from './option-parsers';
import { exitCodes, print, say, surviveClosedStreams, tellError } from './outcome';

const levels = ['cells', 'runs', 'pairs', 'correlations'];
const formats = ['json', 'csv'];

/** Cells and steps are counted in 32 bits. */
const mostIndex = 0xffffffff;

type Action<A extends unknown[]> = (...args: A) => Promise<number>;

/** What commander itself says goes the way of everything else that is said. */
interface ProgramListeners {
  readonly ended: (code: number) => void;
  readonly writeOut: (text: string) => void;
}

function buildProgram({ ended, writeOut }: ProgramListeners): Command {
  const program = new Command('phasescape');
  /** Runs a command and keeps its exit code; what it throws is told in one line. */
  const ending =
    <A extends unknown[]>(action: Action<A>) =>
    async (...args: A) => {
      try {
        ended(await action(...args));
      } catch (error) {
        ended(tellError(error));
      }
    };
  const project = () =>
    new Option('--project <dir>', 'project folder').argParser(filled).makeOptionMandatory();
  const workers = () =>
    new Option('--workers <n>', 'worker processes (default: one per core)').argParser(
      whole(1, mostWorkers(), `, which is four for each core`),
    );
  const engine = () =>
    new Option(
      '--engine <name>',
      'what executes (see engines; default: auto, the fastest that conforms)',
    );
  const json = () => new Option('--json', 'print JSON');
  const experiment = () =>
    new Option('--experiment <name>', 'name in its spec').makeOptionMandatory();

  program
    .description('Sweeps of neural networks, their loss landscapes and phase diagrams.')
    .version(version)
    .showHelpAfterError('(add --help for what can be given)')
    .exitOverride()
    .configureOutput({
      writeOut,
      writeErr: (text) => text.trimEnd().split('\n').forEach(say),
    });
  program
    .command('run')
    .description('plan, train and measure a spec; resumes what is unfinished')
    .argument('<spec>', 'spec file, JSON')
    .addOption(project())
    .addOption(workers())
    .addOption(engine())
    .addOption(json())
    .action(
      ending(async (file: string, options: RunOptions) => {
        const { runCommand } = await import('./run-command');
        return runCommand(file, options);
      }),
    );
  program
    .command('results')
    .description('print the results of an experiment')
    .addOption(project())
    .addOption(experiment())
    .addOption(new Option('--level <level>', 'what a row is').choices(levels).default('cells'))
    .addOption(new Option('--format <format>', 'how to print').choices(formats).default('json'))
    .action(
      ending(async (options: ResultsOptions) => {
        const { resultsCommand } = await import('./results-command');
        return resultsCommand(options);
      }),
    );
  program
    .command('measure')
    .description('add metrics to a started experiment, beside its spec, and measure them')
    .addOption(project())
    .addOption(experiment())
    .requiredOption('--metrics <names>', 'names, or JSON settings: a,b or [{"name":"a",...}]')
    .addOption(new Option('--cells <indices>', 'cells by index, 0,3 (default: every cell)'))
    .addOption(workers())
    .action(
      ending(async (options: MeasureOptions) => {
        const { measureCommand } = await import('./measure-command');
        return measureCommand(options);
      }),
    );
  const exporting = program.command('export').description('write what a project keeps to files');
  exporting
    .command('weights')
    .description('write the weights of one run: initial and final, or those after a recorded step')
    .addOption(project())
    .addOption(experiment())
    .addOption(
      new Option('--cell <index>', 'cell by index')
        .argParser(whole(0, mostIndex))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--seed <n>', 'seed of the run')
        .argParser(whole(0, 0xffffffff))
        .makeOptionMandatory(),
    )
    .addOption(new Option('--step <n>', 'recorded step').argParser(whole(0, mostIndex)))
    .requiredOption('--out <file>', 'file to write, .safetensors or .npz', filled)
    .action(
      ending(async (options: ExportWeightsOptions) => {
        const { exportWeightsCommand } = await import('./export-command');
        return exportWeightsCommand(options);
      }),
    );
  exporting
    .command('data')
    .description('write results as a table: a row for each cell, run, pair or point of a series')
    .addOption(project())
    .addOption(experiment())
    .addOption(
      new Option('--level <level>', 'what a row is').choices(exportLevels).makeOptionMandatory(),
    )
    .addOption(
      new Option('--format <format>', 'kind of the file')
        .choices(exportFormats)
        .makeOptionMandatory(),
    )
    .requiredOption(
      '--out <file>',
      'file to write; a CSV gets its columns in a file beside',
      filled,
    )
    .option('--overwrite', 'also over a file that is no earlier export')
    .addOption(json())
    .action(
      ending(async (options: ExportDataOptions) => {
        const { exportDataCommand } = await import('./export-data-command');
        return exportDataCommand(options);
      }),
    );
  exporting
    .command('project')
    .description('write experiments with their results and files as one archive')
    .addOption(project())
    .option('--experiment <name>', 'one of them; several times for more (default: all)', several)
    .requiredOption('--out <file>', 'file ending in .phasescape', filled)
    .option('--overwrite', 'also over a file that is there')
    .addOption(json())
    .action(
      ending(async (options: ExportProjectOptions) => {
        const { exportProjectCommand } = await import('./project-commands');
        return exportProjectCommand(options);
      }),
    );
  addFigureOptions(
    program
      .command('figure')
      .description('write a figure with its data, provenance and methods beside it')
      .addOption(project())
      .addOption(new Option('--experiment <name>', 'name in its spec (default: that of --from)')),
  )
    .requiredOption(
      '--out <file>',
      'file ending in .svg, .pdf or .png; with --all a folder',
      filled,
    )
    .action(
      ending(async (options: FigureOptions) => {
        const { figureCommand } = await import('./figure-command');
        return figureCommand(options);
      }),
    );
  program
    .command('report')
    .description(
      'write an experiment as one HTML file: design, figures, correlations, numbers, methods',
    )
    .addOption(project())
    .addOption(experiment())
    .requiredOption('--out <file>', 'file ending in .html', filled)
    .action(
      ending(async (options: ReportOptions) => {
        const { reportCommand } = await import('./report-command');
        return reportCommand(options);
      }),
    );
  const importing = program.command('import').description('bring in what was made elsewhere');
  importing
    .command('table')
    .description('make an experiment of published or external results')
    .argument('<file>', 'CSV with names in the first row, a row for each cell')
    .addOption(project())
    .requiredOption('--name <name>', 'what the experiment is called')
    .requiredOption('--load <column>', 'load axis: width, amount of data')
    .requiredOption('--temperature <column>', 'temperature axis: batch size, learning rate')
    .addOption(
      new Option(
        '--metric <name=column[:sdcolumn]>',
        'a scalar and its column, with the one of its standard deviation; a column may be converted: testAccuracy=percent/100',
      )
        .argParser(several)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--n <count>',
        'runs behind each row, a number or a column; NAME=COUNT of one metric (default: unknown)',
      ).argParser(several),
    )
    .addOption(json())
    .action(
      ending(async (file: string, options: ImportTableOptions) => {
        const { importTableCommand } = await import('./import-table-command');
        return importTableCommand(file, options);
      }),
    );
  importing
    .command('project')
    .description('take in the experiments of an archive that export project wrote')
    .argument('<file>', 'file ending in .phasescape')
    .addOption(project())
    .addOption(json())
    .action(
      ending(async (file: string, options: ImportProjectOptions) => {
        const { importProjectCommand } = await import('./project-commands');
        return importProjectCommand(file, options);
      }),
    );
  importing
    .command('dataset')
    .description('make files on disk a data set that specs can name')
    .argument(
      '<path>',
      'file or folder: CIFAR, MNIST, SVHN, npz, npy, CSV, or one folder of images per class',
    )
    .requiredOption('--name <name>', 'what specs call it')
    .option('--title <title>', 'what screens and figures call it')
    .addOption(new Option('--kind <kind>', 'what it is, where names do not say').choices(fileKinds))
    .option('--test <path>', 'the test part, where it is not beside the training part')
    .addOption(
      new Option('--test-fraction <share>', 'share that becomes the test part where there is none')
        .argParser(share)
        .conflicts('test'),
    )
    .option('--labels <file>', 'file of labels (npy, idx)')
    .option(
      '--label <column>',
      'label column of a CSV, by name or place; labels of CIFAR-100 pickles',
    )
    .addOption(
      new Option('--normalise <how>', 'unit: to 0..1; standard: mean 0 and deviation 1').choices(
        normalisationKinds,
      ),
    )
    .addOption(json())
    .action(
      ending(async (path: string, options: ImportDatasetOptions) => {
        const { importDatasetCommand } = await import('./import-command');
        return importDatasetCommand(path, options);
      }),
    );
  const fitting = (command: Command) =>
    command
      .requiredOption('--model <file>', 'file of a model as in a spec, JSON', filled)
      .requiredOption('--dataset <name>', 'data set to measure them on', filled)
      .addOption(new Option('--name <name>', 'what the experiment is called (default: the file)'))
      .addOption(
        new Option('--map <file>', 'JSON object from parameters to tensors, over every rule'),
      )
      .addOption(
        new Option('--container <key>', 'keys to the weights in the file, model.state_dict'),
      )
      .addOption(
        new Option('--layout <layout>', 'how the tensors lie')
          .choices(weightLayouts)
          .default('pytorch'),
      )
      .addOption(workers())
      .addOption(engine())
      .addOption(json());
  fitting(
    importing
      .command('checkpoint')
      .description('make networks that were trained elsewhere the runs of an experiment')
      .argument('<files...>', 'PyTorch, safetensors, npz or ONNX, a run each')
      .addOption(project()),
  ).action(
    ending(async (files: string[], options: ImportCheckpointOptions) => {
      const { importCheckpointCommand } = await import('./import-checkpoint-command');
      return importCheckpointCommand(files, options);
    }),
  );
  fitting(
    program
      .command('analyse')
      .description('measure networks that were trained elsewhere, and print every number')
      .requiredOption('--checkpoint <files...>', 'PyTorch, safetensors, npz or ONNX')
      .option('--metrics <names>', 'names, or JSON settings (default: loss and accuracy alone)')
      .option('--project <dir>', 'project folder to keep them in (default: none)', filled),
  ).action(
    ending(async (options: AnalyseOptions) => {
      const { analyseCommand } = await import('./analyse-command');
      return analyseCommand(options);
    }),
  );
  program
    .command('topology')
    .description('minima, saddles, persistence and merge tree of a grid of numbers')
    .argument(
      '<grid>',
      'text with a line of numbers per row, .npz, .npy, .vti or HDF5; told by its bytes',
    )
    .addOption(
      new Option('--neighbourhood <name>', 'which points of the grid touch')
        .choices(gridNeighbourhoods)
        .default('freudenthal'),
    )
    .addOption(
      new Option('--threshold <share>', 'cancel pairs of less than this share of the range')
        .argParser(wholeShare)
        .default(0),
    )
    .addOption(json())
    .action(
      ending(async (file: string, options: TopologyOptions) => {
        const { topologyCommand } = await import('./topology-command');
        return topologyCommand(file, options);
      }),
    );
  program
    .command('metrics')
    .description('what can be measured')
    .addOption(json())
    .action(
      ending(async (options: { json?: boolean }) => {
        const { metricsCommand } = await import('./catalogue-commands');
        return metricsCommand(options);
      }),
    );
  program
    .command('engines')
    .description('what can execute on this machine')
    .option('--benchmark', 'measure how fast and how exactly; auto then takes the fastest')
    .addOption(json())
    .action(
      ending(async (options: { json?: boolean; benchmark?: boolean }) => {
        const { enginesCommand } = await import('./catalogue-commands');
        return enginesCommand(options);
      }),
    );
  program
    .command('doctor')
    .description('what is wrong with this installation, or with a project')
    .option('--project <dir>', 'a project to check as well', filled)
    .option('--repair', 'mark lost or damaged results of the project as to be done again')
    .action(
      ending(async (options: DoctorOptions) => {
        const { doctorCommand } = await import('./doctor-command');
        return doctorCommand(options);
      }),
    );
  program
    .command('serve')
    .description('the workbench in a browser of this machine')
    .addOption(project())
    .addOption(
      new Option(
        '--port <port>',
        "port (default: this project's last one, else any free one)",
      ).argParser(whole(0, 65535)),
    )
    .option('--new-token', 'a new secret: pages opened with the old one must be opened again')
    .option('--read-only', 'look only: nothing can be run or changed')
    .addOption(workers())
    .addOption(engine())
    .action(
      ending(async (options: ServeOptions) => {
        const { serveCommand } = await import('./serve-command');
        return serveCommand(options);
      }),
    );
  program
    .command('bench')
    .description('measure this machine, beside PyTorch where it is installed')
    .argument(
      '[name]',
      'one benchmark: r1, r2, cnn, slq, hvp, hvp-cnn, surface, persistence, persistence-large (default: all)',
    )
    .option('--engine <name>', 'the only engine to measure (default: those it is about)')
    .action(
      ending(async (name: string | undefined, options: BenchOptions) => {
        const { benchCommand } = await import('./bench/bench-command');
        return benchCommand(name, options);
      }),
    );
  program
    .command('demo', { hidden: true })
    .option('--out <dir>', 'where to put the project and the figure', join('.phasescape', 'demo'))
    .action(
      ending(async (options: { out: string }) => {
        const { demoCommand } = await import('./demo');
        return demoCommand(options);
      }),
    );
  return program;
}

/**
 * Runs one command line.
 * @param args - without the names of node and the script
 * @returns the exit code. Never throws.
 */
export async function runCli(args: readonly string[]): Promise<number> {
  let code: number = exitCodes.done;
  let printed = Promise.resolve();
  const program = buildProgram({
    ended: (end) => (code = end),
    writeOut: (text) => {
      printed = print(text);
    },
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) return tellError(error);
    // Commander has said what is wrong; help and version end here too, with 0.
    if (error.exitCode !== 0) return exitCodes.badInput;
  }
  try {
    await printed;
  } catch (error) {
    return tellError(error);
  }
  return code;
}

surviveClosedStreams();
process.exitCode = await runCli(process.argv.slice(2));
