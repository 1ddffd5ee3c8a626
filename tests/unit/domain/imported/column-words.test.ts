/** The words of the command line for columns. */
import { describe, expect, it } from 'vitest';
import { readCountWords, readMetricWords } from '#shared/domain/imported/column-words';

const columns = ['acc', 'acc_sd', 'a:b', 'x/100', 'x', '5'];
const metric = (words: string) => {
  const said = readMetricWords(words, columns);
  return said.ok ? said.value : said.problem.rule;
};
const count = (words: string) => {
  const said = readCountWords(words, columns);
  return said.ok ? said.value : said.problem.rule;
};

describe('readMetricWords', () => {
  it.each([
    ['t=acc', { name: 't', column: 'acc' }],
    ['t=acc:acc_sd', { name: 't', column: 'acc', sdColumn: 'acc_sd' }],
    ['t=acc/100', { name: 't', column: 'acc', conversion: { kind: 'divide', by: 100 } }],
    ['t=acc*1e2', { name: 't', column: 'acc', conversion: { kind: 'multiply', by: 100 } }],
    // A column may hold the signs of this language: its name comes first.
    ['t=a:b', { name: 't', column: 'a:b' }],
    ['t=a:b:acc_sd', { name: 't', column: 'a:b', sdColumn: 'acc_sd' }],
    ['t=x/100', { name: 't', column: 'x/100' }],
    [
      't=acc/100:acc_sd/10',
      {
        name: 't',
        column: 'acc',
        conversion: { kind: 'divide', by: 100 },
        sdColumn: 'acc_sd',
        sdConversion: { kind: 'divide', by: 10 },
      },
    ],
  ])('reads %s', (words, expected) => {
    expect(metric(words)).toEqual(expected);
  });

  it.each(['t', '=acc', 't='])('refuses %j, which is no NAME=COLUMN', (words) => {
    expect(metric(words)).toBe('must be NAME=COLUMN');
  });

  it.each(['t=none', 't=acc/0', 't=acc/two', 't=acc:none'])('refuses %s', (words) => {
    expect(metric(words)).toBe('must name a column');
  });
});

describe('readCountWords', () => {
  it.each([
    ['7', { name: null, n: { kind: 'number', n: 7 } }],
    ['5', { name: null, n: { kind: 'column', column: '5' } }],
    ['acc', { name: null, n: { kind: 'column', column: 'acc' } }],
    ['cka=10', { name: 'cka', n: { kind: 'number', n: 10 } }],
    ['cka=acc', { name: 'cka', n: { kind: 'column', column: 'acc' } }],
  ])('reads %s', (words, expected) => {
    expect(count(words)).toEqual(expected);
  });

  it.each(['none', 'cka=none', '-1', '2.5'])('refuses %s', (words) => {
    expect(count(words)).toBe('must name a column');
  });
});
