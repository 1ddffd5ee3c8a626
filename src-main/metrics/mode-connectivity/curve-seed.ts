/** The seed of a curve's training. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '#shared/domain/canonical-json';
import type { RunSettings } from '#shared/domain/cells';

/**
 * The seed of a curve's random streams: 32 bits of the SHA-256 of the cell's settings and the pair. Each curve of a sweep
 * has draws of its own, so that a lucky draw does not shift the whole diagram.
 */
export function curveStreamSeed(settings: RunSettings, seeds: readonly [number, number]): number {
  const said = canonicalJson({ settings: settingsOfSeed(settings), seeds });
  return createHash('sha256').update(said).digest().readUInt32LE(0);
}

/** Settings that came later enter only where they change the models: curves of older projects keep their draws. */
function settingsOfSeed({ model, training, ...others }: RunSettings): object {
  const counting = Object.entries(training).filter(
    ([name]) => name !== 'checkpoints' && name !== 'trajectory',
  );
  return {
    ...others,
    model: withoutIdleDropout(model),
    training: Object.fromEntries(counting),
  };
}

function withoutIdleDropout(model: RunSettings['model']): object {
  if (!('dropout' in model) || model.dropout !== 0) return model;
  const { dropout: _, ...usual } = model;
  return usual;
}
