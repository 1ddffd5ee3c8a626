import { describe, expect, it } from 'vitest';
import { everyFigure } from '#shared/domain/every-figure';
import { hasNumber } from '#shared/domain/missing-values';
import { scalarDefinitions } from '#shared/domain/scalars';
import { publishedCells } from '../../reference/published/published-cells';
import { sweepCells } from '../../reference/sweeps/sweep-cells';
import { digitsSource, importedSource } from '../../fixtures/figure-source';
import { renderFigure } from '../../../src-main/figures/figure';
import { renderReport } from '../../../src-main/figures/report';

const sweep = { kind: 'phase-diagram', results: sweepCells(), source: digitsSource() } as const;
const report = renderReport(sweep, everyFigure(sweep.results));

describe('everyFigure', () => {
  it('is the phase diagram, the plane, and a heatmap of every scalar that was measured', () => {
    const names = everyFigure(sweep.results).map(({ name }) => name);
    const measured = scalarDefinitions
      .map(({ name }) => name)
      .filter((name) => sweep.results.cells.some(({ metrics }) => hasNumber(metrics[name])));
    expect(names).toEqual([
      'phase-diagram',
      'connectivity-sharpness',
      ...measured.map((name) => `heatmap-${name}`),
    ]);
  });

  it('draws each one that it names, of sweeps, tables and single axes', () => {
    const { axes, cells } = sweep.results;
    const one = {
      ...sweep.results,
      axes: axes.slice(0, 1),
      cells: cells.filter((cell) => cell.axes['training.batchSize'] === 32),
    };
    const published = { results: publishedCells({ spread: true }), source: importedSource };
    for (const made of [sweep, { ...sweep, results: one }, published])
      for (const { settings } of everyFigure(made.results))
        expect(renderFigure({ ...made, ...settings }).svg).toMatch(/^<svg /);
    expect(everyFigure(one).map(({ settings }) => settings.kind)).toContain('slice');
  });

  it('is empty where nothing varies or nothing is there', () => {
    expect(everyFigure({ ...sweep.results, axes: [] })).toEqual([]);
    const cells = sweep.results.cells.map((cell) => ({ ...cell, metrics: {} }));
    expect(everyFigure({ ...sweep.results, cells })).toEqual([]);
  });
});

describe('renderReport', () => {
  it('needs nothing from outside: no address but the names of formats, no script', () => {
    const addresses = [...report.matchAll(/\b(?:https?|file|ftp):\/\/[^\s"'<]+/g)].map((m) => m[0]);
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg']));
    expect(report).not.toMatch(/<script|<link|<iframe| src=|@import|url\((?!#)/);
    expect(report).toContain(`default-src 'none'`);
  });

  it('holds every figure, every part, and every cell', () => {
    expect([...report.matchAll(/<svg /g)]).toHaveLength(everyFigure(sweep.results).length);
    for (const part of ['Design', 'Figures', 'Correlations', 'Numbers', 'Methods', 'Provenance'])
      expect(report).toContain(`<h2>${part}`);
    const [, numbers = ''] = /<h2>Numbers<\/h2>([\s\S]*?)<\/section>/.exec(report) ?? [];
    const tables = [...numbers.matchAll(/<table>/g)].length;
    expect([...numbers.matchAll(/<tr><td>/g)]).toHaveLength(tables * sweep.results.cells.length);
    expect(report).toContain('onnx-cpu float32, onnxruntime 1.30.0');
    expect(report).toContain('&quot;specVersion&quot;');
  });

  it('has names of its own for what its pictures paint with', () => {
    const ids = [...report.matchAll(/ id="([^"]+)"/g)].map((m) => m[1] ?? '');
    const used = [...report.matchAll(/url\(#([^)]+)\)/g)].map((m) => m[1] ?? '');
    expect(new Set(ids).size).toBe(ids.length);
    expect(used.every((name) => ids.includes(name))).toBe(true);
    expect(used.length).toBeGreaterThan(10);
  });

  it('takes a name as text, whatever it holds', () => {
    const named = { ...sweep.results, experiment: '<img src=x onerror=1> & "b"' };
    const html = renderReport({ ...sweep, results: named }, []);
    expect(html).not.toContain('<img');
    expect(html).toContain('<h1>&lt;img src=x onerror=1&gt; &amp; &quot;b&quot;</h1>');
  });

  it('says so where there is no spec and nothing to draw', () => {
    const empty = { ...publishedCells({ spread: true }), axes: [], cells: [] };
    const html = renderReport({ ...sweep, results: empty, source: importedSource }, []);
    expect(html).toContain('Imported results: there is no spec.');
    expect(html).not.toContain('<h2>Figures');
    expect(html).not.toContain('<h2>Correlations');
  });
});
