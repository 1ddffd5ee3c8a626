import { describe, expect, it } from 'vitest';
import type { CellTask, ExperimentSummary } from '#shared/contract/views';
import { buildDiagram, type Diagram } from '#shared/domain/diagram';
import { defaultThresholds } from '#shared/domain/phases';
import { experimentStates, taskStates } from '#shared/domain/results';
import {
  attemptsMade,
  curveMarks,
  missingReason,
  scalarTable,
  trainingCurves,
} from '#renderer/workspace/measured/model';
import {
  deletionBlock,
  listedExperiments,
  runsShare,
  runsText,
  screenFor,
} from '#renderer/features/experiments/model';
import {
  diagramSummary,
  phaseCounts,
  readingOrder,
  shortUnit,
} from '#renderer/features/phase-diagram/model';
import {
  sliderPosition,
  sliderSteps,
  sliderValue,
  thresholdSliders,
} from '#renderer/features/phase-diagram/threshold-scale';
import { numberGroups } from '#renderer/features/phase-diagram/number-groups';
import {
  figureOf,
  shownPanel,
  viewsFor,
  type DiagramView,
  type ShownState,
} from '#renderer/features/phase-diagram/views';
import { findScalar } from '#shared/domain/scalars';
import { splitMessage } from '#renderer/ui/error-text';
import { parseCells } from '#renderer/workspace/address';
import { axisText } from '#renderer/workspace/axis-text';
import { verbsFor } from '#renderer/workspace/verbs';
import { publishedCells } from '../../reference/published/published-cells';
import { chartStyle } from './chart-style';

const results = publishedCells({ spread: true });
const diagram = buildDiagram(results);

describe('thresholdSliders', () => {
  it('reach every mean of the data and give back what they show', () => {
    for (const flatBy of ['trainLoss', 'logTrace'] as const) {
      const thresholds = { ...defaultThresholds, flatBy };
      for (const slider of thresholdSliders(results, thresholds)) {
        expect(slider.least).toBeLessThanOrEqual(thresholds[slider.name]);
        expect(slider.most).toBeGreaterThanOrEqual(thresholds[slider.name]);
        for (const position of [0, 77, sliderSteps]) {
          const value = sliderValue(slider, position);
          expect(Math.abs(sliderPosition(slider, value) - position)).toBeLessThanOrEqual(12);
        }
        expect(sliderPosition(slider, slider.least)).toBe(0);
        expect(sliderPosition(slider, slider.most)).toBe(sliderSteps);
      }
    }
  });
  it('have ends without any data', () => {
    for (const slider of thresholdSliders(null, defaultThresholds))
      expect(slider.least).toBeLessThan(slider.most);
  });
});

describe('the diagram in words', () => {
  it('counts every cell once', () => {
    const counts = phaseCounts(diagram);
    expect(counts.reduce((n, c) => n + c.count, 0)).toBe(diagram.cells.length);
    expect(diagramSummary(diagram)).toContain('Width by Batch size');
  });
  it('reads from the top row down', () => {
    const [first] = readingOrder(diagram);
    expect(diagram.y.values[diagram.cells[first!]!.row]).toBe(16);
  });
  it('shortens units that fit a colour bar', () => {
    expect(['percentage points', 'nats', '', 'nats per squared weight'].map(shortUnit)).toEqual([
      ' pp',
      ' nats',
      '',
      '',
    ]);
  });
});

describe('viewsFor', () => {
  it('suits the number of axes', () => {
    const names = (axes: number) => {
      const cut = { ...results, axes: results.axes.slice(0, axes), cells: [] };
      return viewsFor(buildDiagram(cut)).map((v) => v.name);
    };
    expect(names(2)).toEqual([
      'panels',
      'scatter',
      'slices',
      'sensitivity',
      'correlations',
      'table',
    ]);
    expect(names(1)).toEqual(['slices', 'scatter', 'sensitivity', 'correlations', 'table']);
    expect(names(0)).toEqual(['table']);
  });
});

describe('a number that is chosen', () => {
  const scalar = (name: string) => findScalar(name)!;
  const diagram = (...names: string[]) =>
    ({ panels: names.map((name) => ({ scalar: scalar(name) })) }) as unknown as Diagram;
  const all = diagram('testAccuracy', 'hessianTopEigenvalue', 'modeConnectivity', 'samSharpness');
  const shown = (view: DiagramView, chosen: string | null) =>
    shownPanel(view, all, chosen)?.scalar.name;

  it('is what panels, slices and scatter show, where it is measured', () => {
    expect(shown('panels', null)).toBe('testAccuracy');
    expect(shown('panels', 'samSharpness')).toBe('samSharpness');
    expect(shown('slices', 'nothing')).toBe('testAccuracy');
    expect(shown('scatter', null)).toBe('hessianTopEigenvalue');
    expect(shown('scatter', 'samSharpness')).toBe('samSharpness');
    expect(shown('scatter', 'modeConnectivity')).toBe('modeConnectivity');
  });

  it('is in the exported figure', () => {
    const panelNames = ['testAccuracy', 'modeConnectivity'];
    const figure = (view: DiagramView, change: Partial<ShownState> = {}) =>
      figureOf(view, {
        diagram: { ...all, slices: [] },
        number: null,
        across: null,
        panelNames,
        lines: { along: 'x' },
        withErrorBars: true,
        drawsEveryPanel: false,
        ...change,
      });
    expect(figure('panels')).toEqual({ kind: 'phase-diagram', panels: panelNames });
    // The large one first.
    expect(figure('panels', { number: 'modeConnectivity' }).panels).toEqual([
      'modeConnectivity',
      'testAccuracy',
    ]);
    expect(figure('panels', { number: 'samSharpness' }).panels).toEqual([
      'samSharpness',
      ...panelNames,
    ]);
    expect(
      figure('scatter', { number: 'samSharpness', across: 'testAccuracy', withErrorBars: false }),
    ).toEqual({
      kind: 'connectivity-sharpness',
      metric: 'samSharpness',
      across: 'testAccuracy',
      errorBars: false,
    });
    expect(figure('slices')).toEqual({
      kind: 'slice',
      metric: 'testAccuracy',
      lines: { along: 'x' },
    });
    expect(figure('slices', { drawsEveryPanel: true })).toEqual({
      kind: 'slice',
      panels: panelNames,
    });
    expect(figure('table', { number: 'samSharpness' }).kind).toBe('phase-diagram');
    const slices = [
      { path: 'dataset.labelNoise', title: 'Label noise', values: [0, 0.2], position: 1 },
    ];
    expect(figure('panels', { diagram: { ...all, slices } }).held).toEqual({
      'dataset.labelNoise': 0.2,
    });
  });

  it('is offered by the group of its metric', () => {
    const names = ['testAccuracy', 'samSharpness', 'modeConnectivity'].map(scalar);
    expect(numberGroups(names, ['modeConnectivity']).map(({ title }) => title)).toEqual([
      'Training',
      'Curvature',
    ]);
  });
});

const task = (change: Partial<CellTask>): CellTask => ({
  taskId: 'a',
  kind: 'hessian',
  seeds: [0],
  state: 'waiting',
  attempts: 0,
  message: null,
  engine: null,
  durationMs: null,
  finishedAt: null,
  definition: 1,
  measurements: [],
  ...change,
});

describe('missingReason', () => {
  it('says why a card is empty, and nothing when it is not', () => {
    const seeds = [0, 1].map((seed) => task({ kind: 'train', seeds: [seed] }));
    expect(missingReason(seeds, 'cka')).toContain('not part of the spec');
    expect(missingReason([task({ kind: 'train' })], 'cka')).toContain('needs 2 seeds');
    for (const state of taskStates)
      expect(missingReason([task({ state })], 'hessian')).toBeTruthy();
    const failed = task({ state: 'failed', message: 'out of memory' });
    expect(missingReason([failed], 'hessian')).toContain('out of memory');
    const measured = task({
      state: 'done',
      measurements: [
        {
          kind: 'scalar',
          name: 'hessianTrace',
          subject: { kind: 'run', seed: 0 },
          value: 3,
          error: 0.1,
          errorOver: '100 probes',
          samples: '512 samples',
        },
      ],
    });
    expect(missingReason([measured], 'hessian')).toBeNull();
    const diverged = task({ kind: 'train', state: 'diverged' });
    const empty = task({ kind: 'random-surface', state: 'done' });
    expect(missingReason([diverged, empty], 'random-surface')).toContain('diverged');
    expect(missingReason([diverged, diverged], 'train')).toContain('diverged');
    expect(missingReason([task({ kind: 'train', state: 'done' }), empty], empty.kind)).toBe(
      'It found nothing to measure.',
    );
  });
});

describe('attemptsMade', () => {
  it('counts the attempt that succeeded', () => {
    expect(attemptsMade({ state: 'done', attempts: 0 })).toBe(1);
    expect(attemptsMade({ state: 'failed', attempts: 3 })).toBe(3);
  });
});

describe('scalarTable', () => {
  it('has a column per subject and says why a number is missing', () => {
    const table = scalarTable([
      {
        kind: 'scalar',
        name: 'cka',
        subject: { kind: 'pair', seeds: [0, 1] },
        value: null,
        reason: 'a representation is constant',
        error: null,
        samples: '640 samples',
      },
    ]);
    expect(table.subjects).toEqual(['seeds 0 and 1']);
    expect(table.rows[0]!.values[0]).toEqual({
      text: 'none',
      note: 'a representation is constant',
    });
    expect(table.notes).toContain('none: a representation is constant');
  });
});

describe('trainingCurves', () => {
  it('draws train solid and test dashed in the colour of the seed', () => {
    const trained = task({
      kind: 'train',
      measurements: [
        {
          kind: 'series',
          name: 'training',
          subject: { kind: 'run', seed: 2 },
          columns: { epoch: [0, 1], trainLoss: [2, 1], testLoss: [2, null] },
          samples: 'all',
        },
      ],
    });
    const columns = { train: 'trainLoss', test: 'testLoss' };
    const curves = trainingCurves([trained], columns, chartStyle);
    expect(curves.map((c) => [c.name, c.line])).toEqual([
      ['seed 2 train', 'solid'],
      ['seed 2 test', 'dashed'],
    ]);
    expect(curves[1]!.points).toEqual([
      [0, 2],
      [1, null],
    ]);
  });
});

describe('curveMarks', () => {
  const curve = (ys: number[]) => ({
    id: '',
    name: '',
    colour: '',
    line: 'solid' as const,
    points: ys.map((y, i) => [i / (ys.length - 1), y] as const),
  });
  it('names the barrier and the gain against the mean of the ends', () => {
    const { marks, mid } = curveMarks(curve([2, 9, 1, 4]));
    expect(mid).toBe(3);
    expect(marks.map((m) => m.text)).toEqual(['2', '4', 'barrier 6 at 0.33', 'gain 2 at 0.67']);
    expect(marks.map((m) => m.from)).toEqual([undefined, undefined, 3, 3]);
  });
  it('names the ends alone on a flat curve', () => {
    expect(curveMarks(curve([1, 1, 1])).marks.map((m) => m.text)).toEqual(['1', '1']);
  });
});

describe('verbsFor', () => {
  it('offers something in every state but the finished one', () => {
    for (const state of experimentStates) {
      const verbs = verbsFor(state, null);
      expect(verbs.length > 0).toBe(state !== 'finished');
      expect(new Set(verbs.map((v) => v.procedure)).size).toBe(verbs.length);
    }
  });
});

describe('experiments list', () => {
  const summary: ExperimentSummary = {
    id: 'a',
    name: 'a',
    state: 'running',
    interrupted: false,
    createdAt: '',
    cells: 4,
    runs: { total: 12, done: 5, diverged: 1, failed: 0, running: 2 },
    tasks: { total: 20, done: 6, failed: 0, cancelled: 0 },
  };
  it('is searched by words of name and state, and sorted by a column in either direction', () => {
    const list = ['b 10', 'b 9', 'a 1'].map((name, i) => ({
      ...summary,
      id: name,
      name,
      state: i === 0 ? ('finished' as const) : ('running' as const),
      createdAt: `2026-01-0${i + 1}`,
    }));
    const names = (sought: string, order: string) =>
      listedExperiments(list, sought, order).map(({ name }) => name);
    expect(names('', 'name')).toEqual(['a 1', 'b 9', 'b 10']);
    expect(names('', '-name')).toEqual(['b 10', 'b 9', 'a 1']);
    expect(names('', '-created')).toEqual(['a 1', 'b 9', 'b 10']);
    expect(names('RUN b', 'name')).toEqual(['b 9']);
    expect(names('zebra', 'name')).toEqual([]);
    expect(names('', 'nonsense')).toEqual(['b 10', 'b 9', 'a 1']);
    for (const key of ['state', 'runs', 'cells', 'attention'])
      expect(new Set(names('', key)).size).toBe(3);
  });
  it('takes the diverged runs as counted among the done and keeps a running experiment from being deleted', () => {
    expect(runsText(summary)).toBe('5 of 12');
    expect(runsShare(summary)).toBeCloseTo(5 / 12);
    expect(deletionBlock(summary)).not.toBe('');
    expect(deletionBlock({ ...summary, state: 'paused' })).toBe('');
    expect(screenFor(summary)).toBe('progress');
    expect(screenFor({ ...summary, state: 'draft' })).toBe('design');
  });
});

describe('small texts', () => {
  it('reads selections from the address', () => {
    expect(parseCells('3,7,3,-1,x')).toEqual([3, 7]);
    expect(parseCells(null)).toEqual([]);
  });
  it('says what happened apart from what to do', () => {
    expect(splitMessage('port: must be free, got 80; choose another')).toEqual({
      what: 'Port: must be free, got 80.',
      todo: 'Choose another.',
    });
    expect(splitMessage('odd')).toEqual({ what: 'Odd.', todo: '' });
  });
  it('names a cell by its axes', () => {
    expect(axisText({ 'model.width': 16, 'training.batchSize': 32 })).toBe(
      'Width 16, batch size 32',
    );
    expect(axisText({})).toBe('The only cell');
  });
});
