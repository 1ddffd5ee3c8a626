/** The words of the optimiser's settings, for every method and schedule. */
import type { FieldText } from './field-words';

export const optimizerFields: readonly FieldText[] = [
  {
    path: 'optimizer.name',
    label: 'Method',
    help: 'How the weights are moved.',
    role: 'none',
    titles: {
      sgd: 'SGD',
      adam: 'Adam',
      adamw: 'AdamW',
      sam: 'SAM',
      'entropy-sgd': 'Entropy-SGD',
      pal: 'PAL',
    },
    ofKind: {
      sgd: {
        help: 'Stochastic gradient descent with PyTorch’s rules for momentum and weight decay.',
      },
      adam: {
        help: 'Steps scaled by running means of the gradient and of its square (Kingma and Ba 2015), as PyTorch does.',
      },
      adamw: {
        help: 'Adam with the weight decay apart from the gradient (Loshchilov and Hutter 2019), as PyTorch does.',
      },
      sam: {
        help: 'Sharpness-aware minimisation (Foret et al. 2021): SGD with the gradient at the worst point near the weights. Costs two gradients a step.',
      },
      'entropy-sgd': {
        help: 'Descent on the local entropy, whose gradient a short Langevin walk estimates (Chaudhari et al. 2017): it prefers wide valleys.',
      },
      pal: {
        help: 'Parabolic approximation line search (Mutschler and Zell 2020): each step goes to the minimum of a parabola through the batch’s loss.',
      },
    },
  },
  {
    path: 'optimizer.learningRate',
    label: 'Learning rate',
    help: 'Step size. A larger one is hotter: more noise from step to step.',
    role: 'temperature',
    axisValues: [0.0125, 0.025, 0.05, 0.1, 0.2],
    ofKind: {
      adam: {
        help: 'Step size; every weight moves by about this much. Usually near 0.001. A larger one is hotter.',
        axisValues: [0.0003, 0.001, 0.003, 0.01],
      },
      adamw: {
        help: 'Step size; every weight moves by about this much. Usually near 0.001. A larger one is hotter.',
        axisValues: [0.0003, 0.001, 0.003, 0.01],
      },
      'entropy-sgd': {
        help: 'Step size of the weights towards the mean of the walk, multiplied by the scope: 1/scope goes all the way.',
        axisValues: [1, 3, 10, 30],
      },
      pal: {
        label: 'Measuring step',
        help: 'μ: distance along the direction at which the loss is measured a second time for the parabola.',
        axisValues: [0.01, 0.03, 0.1, 0.3],
      },
    },
  },
  {
    path: 'optimizer.rho',
    label: 'Radius',
    help: 'ρ: Euclidean distance from the weights at which the gradient is taken, one norm over all of them. 0 is SGD. A larger one looks for flatter minima.',
    role: 'temperature',
    axisValues: [0, 0.02, 0.05, 0.1, 0.2],
  },
  {
    path: 'optimizer.momentum',
    label: 'Momentum',
    help: 'Share of the last step that is kept.',
    role: 'temperature',
    axisValues: [0, 0.5, 0.9],
    ofKind: {
      pal: { help: 'Share of the last direction that is kept.' },
    },
  },
  {
    path: 'optimizer.nesterov',
    label: 'Nesterov',
    help: 'Looks ahead along the momentum: the step takes the gradient and the new momentum together. Does nothing at momentum 0.',
    role: 'none',
  },
  {
    path: 'optimizer.beta1',
    label: 'β₁',
    help: 'Share of the running mean of the gradient that is kept at each step.',
    role: 'none',
    axisValues: [0, 0.5, 0.9],
  },
  {
    path: 'optimizer.beta2',
    label: 'β₂',
    help: 'Share of the running mean of the squared gradient that is kept at each step.',
    role: 'none',
    axisValues: [0.9, 0.99, 0.999],
  },
  {
    path: 'optimizer.epsilon',
    label: 'ε',
    help: 'Added to the root of the squared gradient’s mean, so that small ones do not make large steps.',
    role: 'none',
    axisValues: [1e-8, 1e-6, 1e-4],
  },
  {
    path: 'optimizer.innerSteps',
    label: 'Inner steps',
    help: 'L: batches of the Langevin walk for each step of the weights.',
    role: 'none',
    axisValues: [5, 10, 20, 40],
  },
  {
    path: 'optimizer.innerRate',
    label: 'Inner rate',
    help: 'η′: step size of the Langevin walk.',
    role: 'temperature',
    axisValues: [0.03, 0.1, 0.3],
  },
  {
    path: 'optimizer.noise',
    label: 'Noise',
    help: 'ε: scale of the normal noise in the Langevin walk, multiplied by the root of the inner rate.',
    role: 'temperature',
    axisValues: [0, 0.0001, 0.001, 0.01],
  },
  {
    path: 'optimizer.averaging',
    label: 'Averaging',
    help: 'α: share of each new point in the running mean of the walk.',
    role: 'none',
    axisValues: [0.25, 0.5, 0.75, 1],
  },
  {
    path: 'optimizer.scope',
    label: 'Scope',
    help: 'γ₀: pull of the walk back to the weights at the start. A smaller one looks over a wider neighbourhood.',
    role: 'temperature',
    axisValues: [0.003, 0.01, 0.03, 0.1],
  },
  {
    path: 'optimizer.scoping',
    label: 'Scoping',
    help: 'γ₁: the scope grows by the factor 1 + γ₁ with each step of the weights.',
    role: 'none',
    axisValues: [0, 0.001, 0.01],
  },
  {
    path: 'optimizer.relaxation',
    label: 'Relaxation',
    help: 'α: factor on the step to the parabola’s minimum; above 1 goes beyond it.',
    role: 'temperature',
    axisValues: [0.6, 1, 1.4],
  },
  {
    path: 'optimizer.longest',
    label: 'Longest step',
    help: 'Most that the weights move in one step, as a Euclidean distance; a schedule lowers it with the measuring step.',
    role: 'none',
    axisValues: [0.1, 1, 3.16],
  },
  {
    path: 'optimizer.weightDecay',
    label: 'Weight decay',
    help: 'Pull of every weight towards 0, added to the gradient. The reported losses leave it out.',
    role: 'temperature',
    axisValues: [0, 0.0001, 0.0005, 0.001],
    ofKind: {
      adamw: {
        help: 'Every weight shrinks by the learning rate times this at each step, apart from the gradient.',
        axisValues: [0, 0.001, 0.01, 0.1],
      },
    },
  },
  {
    path: 'optimizer.schedule.name',
    label: 'Schedule',
    help: 'How the learning rate changes over the epochs.',
    role: 'none',
    titles: {
      constant: 'constant',
      step: 'step',
      cosine: 'cosine',
      linear: 'linear',
      'warm-up': 'warm-up',
    },
    ofKind: {
      step: { help: 'The learning rate is multiplied by a factor every so many epochs.' },
      cosine: { help: 'The learning rate falls along half a cosine (Loshchilov and Hutter 2017).' },
      linear: { help: 'The learning rate falls along a line.' },
      'warm-up': { help: 'The learning rate rises along a line, then falls along half a cosine.' },
    },
  },
  {
    path: 'optimizer.schedule.every',
    label: 'Every',
    help: 'Epochs between two steps of the learning rate.',
    role: 'none',
    start: 10,
  },
  {
    path: 'optimizer.schedule.factor',
    label: 'Factor',
    help: 'What the learning rate is multiplied with at each step.',
    role: 'none',
  },
  {
    path: 'optimizer.schedule.epochs',
    label: 'Warm-up',
    help: 'Epochs in which the learning rate rises to its full value.',
    role: 'none',
    start: 5,
  },
  {
    path: 'optimizer.schedule.finalFactor',
    label: 'Final factor',
    help: 'Share of the learning rate that is left at the end.',
    role: 'none',
  },
];
