/** The words of the training settings, for every stop rule. */
import type { FieldText } from './field-words';

export const trainingFields: readonly FieldText[] = [
  {
    path: 'training.epochs',
    label: 'Epochs',
    help: 'Passes over the training samples; with a stop rule, the most of them.',
    role: 'none',
    axisValues: [5, 10, 20, 40],
  },
  {
    path: 'training.batchSize',
    label: 'Batch size',
    help: 'Samples per step. The usual temperature: a small batch is hot and is drawn at the top.',
    role: 'temperature',
    axisValues: [8, 16, 32, 64, 128],
  },
  {
    path: 'training.dropLast',
    label: 'Drop last',
    help: 'Leaves out the last, incomplete batch of each epoch.',
    role: 'none',
  },
  {
    path: 'training.compressibility',
    label: 'Compressibility',
    help: 'Strength of the regulariser ‖θ‖₁ / ‖θ‖₂ over all weights, added to the loss: it prefers few large weights. The reported losses leave it out.',
    role: 'none',
    axisValues: [0, 0.0001, 0.001, 0.01],
  },
  {
    path: 'training.stop.name',
    label: 'Stop',
    help: 'When training ends before its last epoch.',
    role: 'none',
    titles: {
      none: 'none',
      'zero-training-error': 'zero error',
      'train-loss': 'train loss',
      'loss-plateau': 'loss plateau',
      'early-stop': 'early stop',
    },
    ofKind: {
      none: { help: 'Training ends with its last epoch.' },
      'zero-training-error': {
        help: 'Training ends when every training sample is classified right.',
      },
      'train-loss': { help: 'Training ends when the train loss is small enough.' },
      'loss-plateau': { help: 'Training ends when the train loss no longer falls.' },
      'early-stop': { help: 'Training ends when the test loss no longer falls.' },
    },
  },
  {
    path: 'training.stop.below',
    label: 'Train loss',
    help: 'Training ends when the train loss (in nats; of a problem without unit) is at most this. Only the energy of deep Ritz may be negative.',
    role: 'none',
    axisValues: [0.001, 0.01, 0.1],
    start: 0.01,
  },
  {
    path: 'training.stop.patience',
    label: 'Patience',
    help: 'Epochs without a new least loss after which training ends.',
    role: 'none',
    axisValues: [1, 3, 5, 10],
  },
  {
    path: 'training.stop.tolerance',
    label: 'Tolerance',
    help: 'Share of the least loss so far by which a new one must be lower to count.',
    role: 'none',
  },
  {
    path: 'training.weights',
    label: 'Weights',
    help: 'Which weights of the training are kept, tested and measured: the last ones, those of least train loss, or those of least test loss.',
    role: 'none',
    titles: {
      final: 'final',
      'best-train-loss': 'best train',
      'early-stop': 'best test',
    },
  },
  {
    path: 'training.checkpoints.name',
    label: 'Checkpoints',
    help: 'When the state of a training is written, so that it goes on from there after a pause or a crash. Changes no number; removed when the training is done.',
    role: 'none',
    axisValues: [],
    titles: { automatic: 'by time', epochs: 'every n epochs', off: 'never' },
    ofKind: {
      automatic: { help: 'Every 15 seconds, or less often where writing takes long.' },
      off: { help: 'An interrupted training begins anew; a pause lets it end first.' },
    },
  },
  {
    path: 'training.checkpoints.every',
    label: 'Every',
    help: 'Epochs between two checkpoints.',
    role: 'none',
    axisValues: [],
  },
  {
    path: 'training.trajectory.name',
    label: 'Trajectory',
    help: 'Weights that are kept along the training besides the initial and the final ones, each as a file.',
    role: 'none',
    axisValues: [],
    titles: {
      off: 'not kept',
      epochs: 'every n epochs',
      steps: 'every n steps',
      list: 'listed epochs',
    },
    ofKind: {
      off: { help: 'No weights along the training are kept.' },
      list: { help: 'The weights after the epochs listed beside this are kept.' },
    },
  },
  {
    path: 'training.trajectory.every',
    label: 'Every',
    help: 'Epochs or steps between two recorded weights; each takes 4 bytes a parameter.',
    role: 'none',
  },
  {
    path: 'training.trajectory.epochs',
    label: 'Epochs kept',
    help: 'Epochs after which the weights are kept, such as 1, 2, 5, 10. 0 is the initial ones, which are kept anyway.',
    role: 'none',
  },
];
