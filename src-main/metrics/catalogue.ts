/** What can be measured: for the menus, the glossary and `phasescape metrics`. Light: loads no engine. */
import { scalarDefinitions } from '#shared/domain/scalars';
import { metricSchema, type MetricName } from '#shared/domain/spec';

export interface MetricEntry {
  readonly name: MetricName;
  readonly title: string;
  /** What is computed, on which samples, in which units. */
  readonly definition: string;
  /** The scalars that it yields. */
  readonly scalars: readonly string[];
  /** Unit of each scalar; empty for pure numbers. */
  readonly units: Readonly<Record<string, string>>;
  /** Whose method it is. */
  readonly source: string;
  readonly over: 'run' | 'pair';
  /** Settings that apply when the spec does not give them. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

type Description = Pick<MetricEntry, 'name' | 'title' | 'definition' | 'source' | 'over'>;

const descriptions: readonly Description[] = [
  {
    name: 'hessian',
    title: 'Hessian',
    definition:
      'Top and bottom eigenvalue by Lanczos with full reorthogonalisation (Ritz residual at most 0.001 of the value) and trace by Hutchinson with Rademacher probes, of the second derivative of the mean cross-entropy over a fixed set of training samples, without weight decay.',
    source: 'Yang et al. 2021; Lanczos 1950; Hutchinson 1989',
    over: 'run',
  },
  {
    name: 'cka',
    title: 'Centred kernel alignment',
    definition:
      'Linear CKA (biased HSIC) of the outputs of two seeds on the same mixed-up training samples, lambda ~ Beta(16,16), one lambda per batch of 128.',
    source: 'Kornblith et al. 2019; mixed-up inputs as in Yang et al. 2021',
    over: 'pair',
  },
  {
    name: 'weight-distance',
    title: 'Weight distance',
    definition: 'Euclidean distance between all trainable parameters of two seeds.',
    source: 'Yang et al. 2021',
    over: 'pair',
  },
  {
    name: 'mode-connectivity',
    title: 'Mode connectivity',
    definition:
      'A quadratic Bezier curve between two seeds is trained at its bend; the mean error of the ends minus the error at the most deviating point of the curve, in percentage points of the training set: negative is a barrier. Barrier and gain are reported too, and the same for the loss. Each curve is trained once, with draws of its own: the stated error is the resolution along the curve; how much another draw would change it shows in the spread over pairs.',
    source: 'Garipov et al. 2018; statistic of Yang et al. 2021',
    over: 'pair',
  },
];

/** Every metric, in the order of the screens. */
export const metricCatalogue: readonly MetricEntry[] = descriptions.map((description) => {
  const scalars = scalarDefinitions.filter((scalar) => scalar.metric === description.name);
  const { name: _name, ...defaults } = metricSchema.parse({ name: description.name });
  return {
    ...description,
    scalars: scalars.map((scalar) => scalar.name),
    units: Object.fromEntries(scalars.map((scalar) => [scalar.name, scalar.unit])),
    defaults,
  };
});
