/** What the names of columns say: which is the load, which the temperature, which holds a scalar. */
import { scalarDefinitions } from '../scalars';
import type { MetricChoice, TableChoice } from './imported-table';

/** Words in the usual names of the axes, the likeliest first. */
const loadWords = ['width', 'channels', 'load', 'datasize', 'samples', 'fraction', 'labelnoise'];
const temperatureWords = ['batchsize', 'batch', 'temperature', 'learningrate', 'lr', 'weightdecay'];

/** Other names of scalars, as they are written by others. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  trainAccuracy: ['trainacc'],
  testAccuracy: ['testacc', 'accuracy', 'valaccuracy', 'valacc'],
  hessianTopEigenvalue: ['topeigenvalue', 'hessianeigenvalue', 'lambdamax'],
  hessianTrace: ['trace'],
  cka: ['ckasoftmax', 'ckasimilarity'],
  weightDistance: ['weightdistancel2', 'l2distance', 'distance'],
};

/**
 * A choice to start from. Never throws.
 *
 * A name with `percent` is divided by 100 where the scalar is a fraction; a column that ends in `sd` or `std` belongs to the one before
 * that. What no name says is left out, and an axis that none names is empty.
 */
export function suggestColumns(names: readonly string[]): TableChoice {
  const find = (words: readonly string[], taken?: string) =>
    words
      .map((word) => names.find((name) => name !== taken && plain(name) === word))
      .find((name) => name !== undefined) ?? '';
  const load = find(loadWords);
  const temperature = find(temperatureWords, load);
  const free = names.filter((name) => name !== load && name !== temperature);
  const metrics = scalarDefinitions.flatMap(({ name }): MetricChoice[] => {
    const known = [name.toLowerCase(), ...(otherNames[name] ?? [])];
    const column = free.find((each) => known.includes(plain(each)));
    if (column === undefined) return [];
    const sdColumn = free.find((each) => spreads.some((word) => each === `${column}_${word}`));
    const conversion = isPercent(column) && /Accuracy$|^cka$/.test(name) ? percent : {};
    return [{ name, column, ...conversion, ...(sdColumn === undefined ? {} : { sdColumn }) }];
  });
  return { load, temperature, metrics };
}

const spreads = ['sd', 'std', 'stdev'];
const percent = { conversion: { kind: 'divide', by: 100 } } as const;
const isPercent = (name: string) => /percent|pct|%/i.test(name);

/** `test_accuracy_percent` as `testaccuracy`. */
function plain(name: string): string {
  const last = name.split('.').at(-1) ?? name;
  return last
    .replace(/[_\s-]?(percent|pct|mean)\b/gi, '')
    .replace(/[^a-z0-9]/gi, '')
    .toLowerCase();
}
