import { describe, expect, it } from 'vitest';
import { previewDataset } from '#main/datasets/registry/preview-dataset';
import { datasetSchema } from '#shared/domain/dataset-spec';
import { temporaryFolder } from '../../fixtures/temporary-folder';
import { resourcesFolder } from '../metrics/cell-context';

const preview = (settings: object) =>
  previewDataset(
    { resourcesFolder, registryFolder: temporaryFolder() },
    datasetSchema.parse({ name: 'teacher-student', ...settings }),
  );

describe('previewDataset', () => {
  it('shows samples of a small teacher, and none of one that takes minutes', () => {
    expect(preview({}).samples).toHaveLength(8);
    const large = preview({ teacherWidth: 4096, teacherDepth: 16 });
    expect(large.samples).toEqual([]);
    expect(large.facts.inputs).toBe(20);
  });
});
