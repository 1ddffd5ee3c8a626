import { OnnxCpuExecutor } from '#main/engine/executors/onnx-cpu';
import { cnn } from '#main/engine/networks/convolutional';
import { sgdLoop } from '#main/engine/training-loop';
import { initialParameters } from '#main/engine/networks/initialise';
import { RandomStream } from '#main/engine/random';
import { tensor } from '#main/engine/tensor';
import { it } from 'vitest';
it('bench', { timeout: 100000 }, async () => {
  const ex = new OnnxCpuExecutor();
  for (const [image, width, batch, models] of [
    [[32, 32, 3], 16, 64, 1],
    [[8, 8, 1], 4, 16, 2],
    [[8, 8, 1], 16, 256, 2],
    [[8, 8, 1], 8, 64, 2],
  ] as const) {
    const net = cnn({ image, classes: 10, width, depth: 3, activation: 'relu', norm: 'none' });
    const inputs = image[0] * image[1] * image[2];
    const samples = 256;
    const loop = await ex.loop(net.key + batch, () =>
      sgdLoop(
        net,
        { models, batchSize: batch, samples, inputs, classes: 10 },
        { momentum: 0.9, nesterov: false, weightDecay: 5e-4, constantRate: true },
      ),
    );
    const s = new RandomStream(1, 'init');
    const x = tensor(
      [samples, inputs],
      Float32Array.from({ length: samples * inputs }, () => s.normal()),
    );
    const t = new Float32Array(samples * 10);
    for (let i = 0; i < samples; i++) t[i * 10 + (i % 10)] = 1;
    const th = initialParameters(net, 1, 'fan-in-uniform');
    const theta = new Float32Array(models * th.length);
    for (let m = 0; m < models; m++) theta.set(th, m * th.length);
    const K = image[0] === 32 ? 10 : 50;
    const idx = Int32Array.from({ length: K * models * batch }, () =>
      Math.floor(s.uniform() * samples),
    );
    let best = 1e9;
    const all = [];
    for (let r = 0; r < 6; r++) {
      const t0 = performance.now();
      await loop.run(K, {
        theta: tensor([models, 1, th.length], theta),
        buffer: tensor([models, 1, th.length], new Float32Array(theta.length)),
        x,
        targets: tensor([samples, 10], t),
        rate: tensor([], Float32Array.of(0.05)),
        indices: tensor([K, models, batch], idx),
      });
      const ms = (performance.now() - t0) / K;
      best = Math.min(best, ms);
      all.push(ms.toFixed(3));
    }
    console.log(
      image.join('x'),
      'w',
      width,
      'b',
      batch,
      'S',
      models,
      'ms/step',
      best.toFixed(3),
      'steps/s',
      (1000 / best).toFixed(1),
      'model-steps/s',
      ((models * 1000) / best).toFixed(0),
      all.join(' '),
    );
  }
});
