/** Networks that were trained elsewhere, in words. */
import type { ImportedWeights } from '#shared/domain/imported-weights';
import { joinWords } from './caption';

/** Files that a methods paragraph names; the rest is counted. */
const namedFiles = 3;

/**
 * `On the digits we measured 2 networks that were trained elsewhere (a multilayer perceptron ...); nothing was trained here. Their weights
 * are those of a.pt (SHA-256 ...) and b.pt (...).` Never throws.
 */
export function describeImported(
  { files, layout }: ImportedWeights,
  { data, model }: { readonly data: string; readonly model: string },
): string {
  const named = files.slice(0, namedFiles).map(({ file, sha256 }) => `${file} (SHA-256 ${sha256})`);
  const more = files.length - namedFiles;
  const all = more > 0 ? [...named, `${more} more files`] : named;
  const types = [...new Set(files.flatMap((file) => file.types))].filter(
    (type) => type !== 'float32',
  );
  const rounded = types.length === 0 ? '' : `, ${joinWords(types)} as float32`;
  const turned = layout === 'keras' ? ', from the layout of Keras' : '';
  const networks = files.length === 1 ? 'a network' : `${files.length} networks`;
  return `On ${data} we measured ${networks} trained elsewhere (${model}); nothing was trained here. The weights are those of ${joinWords(all)}${rounded}${turned}.`;
}
