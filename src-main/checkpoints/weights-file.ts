/** A run's weights as one artifact: `initial.<parameter>` and `final.<parameter>`, or the bend of a curve. */
import { DataFormatError } from '#shared/errors';
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from './safetensors';

/** The parameters of a network by name and shape, in the flat order of theta. */
export type ParameterLayout = readonly {
  readonly name: string;
  readonly shape: readonly number[];
}[];

/** Weight vectors by role (`initial`, `final`, `bend`), each flat [P]. */
export type WeightVectors = Readonly<Record<string, Float32Array>>;

/** The bytes of an artifact that holds weight vectors, each cut into its parameters `<role>.<name>`. */
export function encodeWeights(
  layout: ParameterLayout,
  vectors: WeightVectors,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const tensors: NamedTensor[] = [];
  for (const [role, theta] of Object.entries(vectors)) {
    let start = 0;
    for (const { name, shape } of layout) {
      const size = shape.reduce((a, b) => a * b, 1);
      tensors.push({ name: `${role}.${name}`, shape, data: theta.subarray(start, start + size) });
      start += size;
    }
  }
  return encodeSafetensors(tensors, metadata);
}

/**
 * One weight vector of an artifact, flat [P].
 * @throws DataFormatError when the file is damaged or its tensors do not fit the layout
 */
export function decodeWeights(
  bytes: Uint8Array,
  layout: ParameterLayout,
  role: string,
): Float32Array {
  const { tensors } = decodeSafetensors(bytes);
  const parts = layout.map(({ name, shape }) => {
    const tensor = tensors.find((t) => t.name === `${role}.${name}`);
    if (!tensor || tensor.shape.join() !== shape.join()) {
      throw new DataFormatError(
        `weights ${role}.${name}: must have shape [${shape.join(',')}], got ${tensor ? `[${tensor.shape.join(',')}]` : 'nothing'}; use weights of this model`,
      );
    }
    return tensor.data;
  });
  const theta = new Float32Array(parts.reduce((total, part) => total + part.length, 0));
  let start = 0;
  for (const part of parts) {
    theta.set(part, start);
    start += part.length;
  }
  return theta;
}
