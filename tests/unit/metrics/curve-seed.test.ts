import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { curveStreamSeed } from '#main/metrics/mode-connectivity/curve-seed';
import { quickSettings } from './cell-context';

/** The settings of the quick run as the first version with this definition wrote them, keys in order. */
const written =
  '{"seeds":[0,1],"settings":{"dataset":{"fraction":0.1,"labelNoise":0,"name":"digits","noiseSeed":12345,"pixelNoise":0},' +
  '"model":{"activation":"relu","depth":2,"family":"mlp","initialisation":"fan-in-uniform","norm":"none","width":5},' +
  '"optimizer":{"learningRate":0.05,"momentum":0.9,"name":"sgd","nesterov":false,"schedule":{"name":"constant"},"weightDecay":0.0005},' +
  '"training":{"batchSize":16,"compressibility":0,"dropLast":true,"epochs":3,"stop":{"name":"none"},"weights":"final"}}}';

describe('curveStreamSeed', () => {
  it('stays what it was: curves of older projects keep their draws', () => {
    const digest = createHash('sha256').update(written).digest();
    expect(curveStreamSeed(quickSettings(), [0, 1])).toBe(digest.readUInt32LE(0));
  });

  it('does not depend on what changes no model, and does on dropout', () => {
    const of = (change: Parameters<typeof quickSettings>[0]) =>
      curveStreamSeed(quickSettings(change), [0, 1]);
    const usual = of(() => undefined);
    expect(of((spec) => (spec.training.checkpoints = { name: 'off' }))).toBe(usual);
    expect(of((spec) => (spec.training.trajectory = { name: 'epochs' }))).toBe(usual);
    expect(of((spec) => (spec.model = { family: 'mlp', width: 5, dropout: 0.1 }))).not.toBe(usual);
  });
});
