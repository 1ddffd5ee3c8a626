/** Copying a token that was seen before. */
import type { GeneratedDatasetSpecOf } from '#shared/domain/dataset-spec';
import type { Rows } from '../dataset';
import { drawRows } from './draw-rows';

/**
 * Sequences whose last token has occurred once before; the label is the token that followed it there.
 *
 * Definition: the last token q is uniform; it stands at a uniform earlier place with a place after it; all other tokens are
 * uniform over those that are not q. One-hot rows, `length` times `vocabulary`.
 * Source: the induction task of Olsson et al., "In-context learning and induction heads", 2022.
 */
export function tokenCopying(spec: GeneratedDatasetSpecOf<'token-copying'>): Rows {
  const { length, vocabulary } = spec;
  const tokens = new Int32Array(length);
  return drawRows(spec, length * vocabulary, (row, stream) => {
    const query = stream.below(vocabulary);
    const place = stream.below(length - 2);
    for (let i = 0; i < length; i++) {
      const other = stream.below(vocabulary - 1);
      tokens[i] = other < query ? other : other + 1;
    }
    tokens[place] = query;
    tokens[length - 1] = query;
    tokens.forEach((token, i) => (row[i * vocabulary + token] = 1));
    return tokens[place + 1] as number;
  });
}
