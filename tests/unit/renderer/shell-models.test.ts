import { describe, expect, it } from 'vitest';
import { defaultUserSettings } from '#shared/domain/user-settings';
import { pageTitle } from '#renderer/app/screen-titles';
import { endingsBetween } from '#renderer/app/use-endings';
import { citationsOf, matchLicences } from '#renderer/features/about/model';
import { engineChoices, nextStartText } from '#renderer/features/settings/model';

const engine = (name: string, available: boolean, isAutomatic = false) => {
  const detail = available ? 'compiled here' : 'no driver; install one';
  return { name, available, device: 'cpu', dtype: 'float32', detail, isAutomatic, measured: null };
};
const engines = [
  engine('onnx-cuda', false),
  engine('onnx-cpu', true),
  engine('native-cpu', true, true),
];

describe('engineChoices', () => {
  it('begin with auto, and name those that cannot run last, with the reason', () => {
    const choices = engineChoices(engines, 'auto');
    expect(choices.map(({ name }) => name)).toEqual([
      'auto',
      'onnx-cpu',
      'native-cpu',
      'onnx-cuda',
    ]);
    expect(choices[0]?.title).toBe('auto (now native-cpu)');
    expect(choices.at(-1)).toMatchObject({ available: false, detail: 'no driver; install one' });
  });
  it('keep one that is set and that nobody knows here', () => {
    expect(engineChoices(engines, 'abacus').at(-1)).toMatchObject({
      name: 'abacus',
      available: false,
    });
  });
});

describe('nextStartText', () => {
  const about = { engine: 'native-cpu', workers: 4 };
  const text = (part: object) =>
    nextStartText({ ...defaultUserSettings, ...part }, about, 4, engines);
  it('says what changes with the next start, and nothing of it where nothing does', () => {
    expect(text({})).toBe('Now: native-cpu, 4 workers.');
    expect(text({ workers: 9 })).toBe('Now: native-cpu, 4 workers.');
    expect(text({ workers: 1 })).toContain(
      'From the next start of the workbench on: native-cpu, 1 worker.',
    );
    expect(text({ engine: 'onnx-cpu' })).toContain('on: onnx-cpu, 4 workers.');
  });
});

describe('matchLicences', () => {
  const licences = ['zod MIT', 'echarts Apache-2.0'].map((text) => {
    const [name = '', licence = ''] = text.split(' ');
    return { name, licence, version: '1', source: '', text: `Copyright of ${name}` };
  });
  it('finds every word in name, licence or text', () => {
    const names = (sought: string) => matchLicences(licences, sought).map(({ name }) => name);
    expect(names('')).toHaveLength(2);
    expect(names('apache ECHARTS')).toEqual(['echarts']);
    expect(names('copyright zod')).toEqual(['zod']);
    expect(names('GPL')).toEqual([]);
  });
});

describe('citationsOf', () => {
  it('are the paper and this program in its version', () => {
    const [paper, program] = citationsOf('0.1.0');
    expect(paper?.bibtex).toContain('year      = {2021}');
    expect(paper?.text).toContain('Taxonomizing local versus global structure');
    expect(program?.bibtex).toContain('version = {0.1.0}');
  });
});

describe('endingsBetween', () => {
  it('are those that ran and have ended by themselves', () => {
    const before = [
      { id: 'a', name: 'a', state: 'running' },
      { id: 'b', name: 'b', state: 'running' },
      { id: 'c', name: 'c', state: 'finished' },
      { id: 'd', name: 'd', state: 'stopping' },
    ] as const;
    const now = [
      { id: 'a', name: 'a', state: 'finished' },
      { id: 'b', name: 'b', state: 'cancelled' },
      { id: 'c', name: 'c', state: 'finished' },
      { id: 'd', name: 'd', state: 'finished-with-failures' },
      { id: 'e', name: 'e', state: 'finished' },
    ] as const;
    expect(endingsBetween(before, now)).toEqual([
      { experimentId: 'a', name: 'a', state: 'finished' },
      { experimentId: 'd', name: 'd', state: 'finished with failures' },
    ]);
    expect(endingsBetween([], now)).toEqual([]);
  });
});

describe('pageTitle', () => {
  it('shows how far a running experiment is, and never finished before it is', () => {
    expect(pageTitle('progress', 'mine', 0.999)).toBe('99 % · mine: Progress · Phasescape');
    expect(pageTitle('progress', 'mine')).toBe('mine: Progress · Phasescape');
    expect(pageTitle('settings', null)).toBe('Settings · Phasescape');
  });
});
