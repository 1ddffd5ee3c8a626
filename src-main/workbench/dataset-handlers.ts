/** What screens can ask about data sets. */
import type { ProcedureHandlers } from '#shared/contract/procedures';
import { previewDataset } from '../datasets/registry/preview-dataset';
import type { ImportSource } from '../datasets/registry/read-for-import';
import { unregisterDataset } from '../datasets/registry/register';
import type { DatasetFolders } from '../datasets/catalogue';
import { importInThread, inspectInThread } from './import-in-thread';
import { importFolder, listPlace, pathOfPlace } from './import-places';
import type { ExperimentDesk } from './experiment-desk';

type SourceInput = Parameters<ProcedureHandlers['dataset.inspect']>[0];

/** The source that a screen means, as paths. */
function sourceOf({ place, test, labels, ...options }: SourceInput): ImportSource {
  const pathOf = (names: readonly string[]) => pathOfPlace(importFolder(), names);
  return {
    ...options,
    path: pathOf(place),
    ...(test === undefined ? {} : { test: pathOf(test) }),
    ...(labels === undefined ? {} : { labels: pathOf(labels) }),
  };
}

/** The handlers of every `dataset` procedure. */
export function datasetHandlers({
  desk,
  folders,
}: {
  readonly desk: ExperimentDesk;
  readonly folders: DatasetFolders;
}) {
  const { registryFolder } = folders;
  return {
    'dataset.list': () => desk.datasets().map((facts) => ({ ...facts })),
    'dataset.preview': ({ dataset }) => previewDataset(folders, dataset),
    'dataset.browse': ({ place }) => listPlace(importFolder(), place),
    'dataset.inspect': (source) => inspectInThread(sourceOf(source)),
    'dataset.register': async ({ name, title, normalisation, ...source }) => {
      const { manifest } = await importInThread(sourceOf(source), {
        registryFolder,
        name,
        ...(title === undefined ? {} : { title }),
        ...(normalisation === undefined ? {} : { normalisation }),
      });
      return { name: manifest.name };
    },
    'dataset.remove': ({ name }) => {
      unregisterDataset(registryFolder, name);
      return {};
    },
  } satisfies {
    readonly [N in Extract<keyof ProcedureHandlers, `dataset.${string}`>]: (
      input: Parameters<ProcedureHandlers[N]>[0],
    ) => unknown;
  };
}
