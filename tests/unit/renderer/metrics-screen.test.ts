import { describe, expect, it } from 'vitest';
import { metricSections } from '#renderer/features/metrics/model';

describe('metricSections', () => {
  const metrics = metricSections.flatMap((section) => section.metrics);
  const named = (name: string) => metrics.find((metric) => metric.name === name);

  it('gives each setting as a spec writes it, with its meaning and choices', () => {
    for (const { name, settings } of metrics)
      for (const { key, meaning } of settings) expect([name, key, meaning]).not.toContain('');
    const method = named('hessian')?.settings.find(({ key }) => key === 'method');
    expect(method).toMatchObject({ fallback: 'lanczos' });
    expect(method?.meaning).toContain('One of: lanczos (Lanczos), power.');
  });

  it('tells the cost of each', () => {
    for (const { cost } of metrics) expect(cost).toMatch(/gradient evaluations?/);
    expect(named('weight-distance')?.cost).toBe('no gradient evaluations');
    expect(named('weight-norms')?.cost).toMatch(/on 1 sample$/);
  });

  it('keeps abbreviations and names as they are inside a sentence', () => {
    expect(named('pl-ratio')?.drawings).toBe('PL* ratio along the training');
    expect(named('hessian')?.drawings).toBe(
      'Hessian trace of each layer; convergence of the top eigenvalue; convergence of the trace',
    );
  });
});
