/** The words of the model's settings, for every family. */
import type { FieldText } from './field-words';

const norms = { none: 'none', batch: 'batch', layer: 'layer', group: 'group' };

export const modelFields: readonly FieldText[] = [
  {
    path: 'model.family',
    label: 'Family',
    help: 'The kind of network.',
    role: 'none',
    titles: {
      mlp: 'MLP',
      cnn: 'CNN',
      vgg: 'VGG-11',
      resnet: 'ResNet',
      transformer: 'Transformer',
      sequential: 'Layers',
    },
    ofKind: {
      mlp: {
        help: 'Multilayer perceptron: inputs, hidden layers of equal width, one output per class.',
      },
      cnn: {
        help: 'Plain convolutional network: 3×3 convolutions, each after the first with stride 2 and twice the channels, then the mean over pixels and a linear layer.',
      },
      vgg: {
        help: 'Eight 3×3 convolutions with max pooling, then a linear layer (Simonyan and Zisserman 2015, in the form used on CIFAR). Width 64 is the published one.',
      },
      resnet: {
        help: 'Residual network for small images (He et al. 2016): a 3×3 convolution, stages of residual blocks with the channels doubling, the mean over pixels and a linear layer.',
      },
      transformer: {
        help: 'Transformer encoder, norm first (after Vaswani et al. 2017): embedding with learned positions, layers of attention and a two-layer network, a linear head.',
      },
      sequential: {
        help: 'A chain of layers, each written down: convolutions, norms, activations, poolings, flatten and linear layers, with PyTorch’s names and layouts. The layers are edited in the JSON view; the last one has an output for each class.',
      },
    },
  },
  {
    path: 'model.layers',
    label: 'Layers',
    help: 'Edited in the JSON view.',
    role: 'none',
    axisValues: [],
    start: [
      { layer: 'flatten' },
      { layer: 'linear', name: 'fc1', out: 16 },
      { layer: 'activation', kind: 'relu' },
      { layer: 'linear', name: 'fc2', out: 10 },
    ],
  },
  {
    path: 'model.width',
    label: 'Width',
    help: 'Units in each hidden layer. The usual load: more width, more parameters for the same data.',
    role: 'load',
    axisValues: [4, 8, 16, 32, 64],
    ofKind: {
      cnn: {
        help: 'Channels of the first convolution; each later one has twice as many. The usual load.',
        axisValues: [4, 8, 16, 32],
      },
      vgg: {
        help: 'Channels of the first convolution; the later ones have 2, 4 and 8 times as many. The usual load.',
      },
      resnet: {
        help: 'Channels of the first stage, doubled by each later one: k, 2k, 4k, 8k in ResNet-18, where 64 is the published width. The usual load.',
        axisValues: [2, 4, 8, 16, 32],
      },
      transformer: {
        help: 'Width of the embedding, shared out among the heads, so a multiple of their number. The usual load.',
        axisValues: [8, 16, 32, 64, 128],
      },
    },
  },
  {
    path: 'model.depth',
    label: 'Depth',
    help: 'Number of hidden layers.',
    role: 'load',
    axisValues: [1, 2, 3, 4],
    ofKind: {
      cnn: { help: 'Number of convolutions.' },
      resnet: {
        help: 'Layers with weights: 18 (four stages of two blocks), or 6n + 2 such as 20, 32, 44 (three stages of n blocks).',
        axisValues: [8, 14, 20, 32],
      },
      transformer: { help: 'Number of encoder layers.' },
    },
  },
  {
    path: 'model.skip',
    label: 'Skip connections',
    help: 'Whether each residual block adds its input to its output. Without them the same convolutions follow one another.',
    role: 'none',
  },
  {
    path: 'model.heads',
    label: 'Heads',
    help: 'Attention heads of a layer; the width must be a multiple of them.',
    role: 'none',
    axisValues: [1, 2, 4],
  },
  {
    path: 'model.expansion',
    label: 'Expansion',
    help: 'Width of the two-layer network after each attention, in units of the width.',
    role: 'load',
    axisValues: [1, 2, 4],
  },
  {
    path: 'model.activation',
    label: 'Activation',
    help: 'The nonlinearity after each hidden layer. GELU is exact; GELU, tanh is its approximation by a hyperbolic tangent.',
    role: 'none',
    titles: { relu: 'ReLU', tanh: 'tanh', gelu: 'GELU', 'gelu-tanh': 'GELU, tanh' },
    ofKind: {
      cnn: { help: 'The nonlinearity after each convolution.' },
      vgg: { help: 'The nonlinearity after each convolution.' },
      resnet: { help: 'The nonlinearity inside and after each residual block.' },
      transformer: { help: 'The nonlinearity of the two-layer network after each attention.' },
    },
  },
  {
    path: 'model.norm',
    label: 'Norm',
    help: 'Normalisation before each activation: over the batch, or over each sample alone.',
    role: 'none',
    titles: norms,
    ofKind: {
      cnn: { help: imageNormHelp() },
      vgg: { help: imageNormHelp() },
      resnet: { help: imageNormHelp() },
    },
  },
  {
    path: 'model.causal',
    label: 'Causal',
    help: 'Whether a position attends only to itself and to those before it.',
    role: 'none',
  },
  {
    path: 'model.pooling',
    label: 'Pooling',
    help: 'What the linear head reads: the last position, or the mean over positions.',
    role: 'none',
    titles: { last: 'last position', mean: 'mean' },
  },
  {
    path: 'model.dropout',
    label: 'Dropout',
    help: 'Rate at which units of every hidden layer are dropped while training (Srivastava et al. 2014); nothing is dropped where a model is measured.',
    role: 'none',
    axisValues: [0, 0.1, 0.2, 0.5],
    ofKind: {
      cnn: { help: dropoutHelp('the features before the last layer are dropped') },
      vgg: { help: dropoutHelp('the features before the last layer are dropped') },
      resnet: {
        help: dropoutHelp(
          'channels between the two convolutions of a block are dropped (Zagoruyko and Komodakis 2016, Tompson et al. 2015)',
        ),
      },
      transformer: {
        help: dropoutHelp(
          'numbers of the embedding, and of what each part adds to it, are dropped (Vaswani et al. 2017)',
        ),
      },
    },
  },
  {
    path: 'model.initialisation',
    label: 'Initialisation',
    help: 'How the weights start. Fan-in uniform, ±1/√fan-in, is what PyTorch’s layers do, so that results compare; He et al. 2015 and Glorot and Bengio 2010 (Xavier) scale by the layer and start biases at 0.',
    role: 'none',
    titles: { 'fan-in-uniform': 'fan-in', he: 'He', xavier: 'Xavier' },
  },
];

function dropoutHelp(what: string): string {
  return `Rate at which ${what} while training; nothing is dropped where a model is measured.`;
}

function imageNormHelp(): string {
  return 'Normalisation after each convolution: of each channel over the batch, or of each sample over all channels (layer) or groups of them.';
}
