/** The loss that guessing has on each data set that results are shown with: worked out once. */
import { canonicalJson } from '#shared/domain/canonical-json';
import { generatedSpecOf, type DatasetSpec } from '#shared/domain/dataset-spec';
import { isProblem } from '#shared/domain/problem-spec';
import { readCatalogue, type DatasetFolders } from '../datasets/catalogue';
import { chanceLoss } from '../datasets/chance-loss';
import { trainingLabels } from '../datasets/training-data';
import { zeroLoss } from '../datasets/zero-loss';

export class ChanceLosses {
  readonly #folders: DatasetFolders;
  readonly #known = new Map<string, number | null>();

  constructor(folders: DatasetFolders) {
    this.#folders = folders;
  }

  /** Null where the data set exists no longer, or was changed: results on it are shown without. */
  of(data: DatasetSpec): number | null {
    const key = canonicalJson(data);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const generated = generatedSpecOf(data);
    const chance =
      generated && isProblem(generated) ? zeroLoss(generated) : this.#lossByChance(data);
    this.#known.set(key, chance);
    return chance;
  }

  #lossByChance(data: DatasetSpec): number | null {
    const catalogue = readCatalogue(this.#folders);
    const facts = catalogue.factsOf(data);
    const labels = facts ? catalogue.trainLabels(data) : null;
    return facts && labels ? chanceLoss(trainingLabels(labels, facts.classes, data)) : null;
  }
}
