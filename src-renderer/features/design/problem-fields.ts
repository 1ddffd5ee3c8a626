/** The words of the problems' settings: differential equations in the place of data sets. */
import type { FieldText } from './field-words';

export const problemFields: readonly FieldText[] = [
  {
    path: 'dataset.beta',
    label: 'Speed β',
    help: 'Convection u_t + β u_x = 0 on 0 ≤ x ≤ 2π, 0 ≤ t ≤ 1, u(x, 0) = sin x, periodic. The larger it is the harder the network is to train (Krishnapriyan et al. 2021).',
    role: 'load',
    axisValues: [1, 5, 10, 20, 30],
  },
  {
    path: 'dataset.rho',
    label: 'Rate ρ',
    help: 'Reaction u_t = ρ u (1 − u) on 0 ≤ x ≤ 2π, 0 ≤ t ≤ 1, from a Gaussian bump, periodic (Krishnapriyan et al. 2021).',
    role: 'load',
    axisValues: [1, 2, 5, 10],
  },
  {
    path: 'dataset.frequency',
    label: 'Half waves',
    help: 'Half waves of the exact solution along each coordinate: u = sin(kπx), in two dimensions sin(kπx) sin(kπy).',
    role: 'load',
    axisValues: [1, 2, 3, 4],
  },
  {
    path: 'dataset.formulation',
    label: 'Formulation',
    help: 'Deep Ritz minimises the energy ∫ |∇u|²/2 − f u, which is negative at its least (E and Yu 2018); deep Galerkin the mean squared residual of −Δu = f (Sirignano and Spiliopoulos 2018).',
    role: 'none',
    titles: { 'deep-ritz': 'deep Ritz', 'deep-galerkin': 'deep Galerkin' },
  },
  {
    path: 'dataset.boundary',
    label: 'Boundary',
    help: 'Exact: the network is multiplied by 4x(1 − x) along each coordinate, which is 0 on the boundary. Penalty: u² on the boundary is added to the loss.',
    role: 'none',
    titles: { exact: 'exact', penalty: 'penalty' },
  },
  {
    path: 'dataset.initialWeight',
    label: 'Initial weight',
    help: 'Factor of the squared error at t = 0 in the loss.',
    role: 'none',
    axisValues: [1, 10, 100],
  },
  {
    path: 'dataset.boundaryWeight',
    label: 'Boundary weight',
    help: 'Factor of the squared difference of both ends of the interval in the loss.',
    role: 'none',
    axisValues: [1, 10, 100],
    ofKind: {
      'poisson-1d': {
        help: 'Factor of the penalty u² on the boundary; an exact boundary has none. Deep Ritz with a penalty errs by about π over it.',
        axisValues: [10, 100, 1000],
      },
      'poisson-2d': {
        help: 'Factor of the penalty u² on the boundary; an exact boundary has none.',
        axisValues: [10, 100, 1000],
      },
    },
  },
  {
    path: 'dataset.points',
    label: 'Points',
    help: 'Collocation points to train on; each has an initial and a boundary point of its own.',
    role: 'load',
    axisValues: [64, 256, 1024, 4096],
  },
  {
    path: 'dataset.sampling',
    label: 'Sampling',
    help: 'Even: an additive recurrence covers the domain evenly. Random: each coordinate is drawn uniformly.',
    role: 'none',
    titles: { even: 'even', random: 'random' },
  },
  {
    path: 'dataset.grid',
    label: 'Test grid',
    help: 'Test points along each coordinate. The error there against the exact solution takes the place of accuracy.',
    role: 'none',
  },
];
