/** A look at a data set: a few samples and how many each class has, small enough for a screen. */
import type { SamplePreview } from '#shared/domain/dataset-files';
import type { SampleKind } from '#shared/domain/datasets';
import type { RawSamples } from '../files/raw-samples';

const mostSamples = 40;
const mostPixels = 64 * 64 * 4;
const mostFeatures = 8;

/** A few samples of each class, in the order of the classes, the first ones of each. */
export function previewSamples(
  samples: { readonly elements: RawSamples['elements']; readonly labels: Int32Array },
  { sample, inputs, classes }: { sample: SampleKind; inputs: number; classes: number },
): SamplePreview[] {
  if (sample.kind === 'image' && inputs > mostPixels) return [];
  const most = sample.kind === 'image' ? 8 : 4;
  const perClass = Math.min(most, Math.max(1, Math.floor(mostSamples / classes)));
  const chosen = Array.from({ length: classes }, (): number[] => []);
  samples.labels.forEach((label, i) => {
    const ofClass = chosen[label];
    if (ofClass && ofClass.length < perClass) ofClass.push(i);
  });
  const show = shownValues(samples.elements, sample);
  return chosen.slice(0, mostSamples).flatMap((places, label) =>
    places.map((i) => ({
      label,
      values: show(samples.elements.subarray(i * inputs, (i + 1) * inputs)),
    })),
  );
}

function shownValues(
  all: Uint8Array | Float32Array,
  sample: SampleKind,
): (row: Uint8Array | Float32Array) => number[] {
  switch (sample.kind) {
    case 'features':
    case 'points':
      return (row) => Array.from(row.subarray(0, mostFeatures));
    case 'tokens':
      return (row) =>
        Array.from({ length: sample.length }, (_, i) =>
          row.subarray(i * sample.vocabulary, (i + 1) * sample.vocabulary).indexOf(1),
        );
    case 'image': {
      if (all instanceof Uint8Array) return (row) => Array.from(row);
      let least = Infinity;
      let most = -Infinity;
      for (const v of all) {
        least = Math.min(least, v);
        most = Math.max(most, v);
      }
      const range = most > least ? most - least : 1;
      return (row) => Array.from(row, (v) => Math.round((255 * (v - least)) / range));
    }
    default:
      return sample satisfies never;
  }
}
