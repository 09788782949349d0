/**
 * The ascent whose speed is measured: Eq. 1 by plain steps from the zero image, I <- (I + eta dS/dI) / (1 + 2 eta lambda)
 * with I in grey levels. bench/peers/pytorch.py makes the same steps.
 */
export const ascent = {
  optimiser: 'plain',
  schedule: 'constant',
  learningRate: 3e4,
  lambda: 1e-6,
  score: 'class',
};

/** The pixels of models less the mean image, [n, channels, rows, cols] in the network's order of channels. */
export function centred(models, { channelOrder, mean, range }) {
  const [rows, cols, channels] = models[0].pixels.shape;
  const area = rows * cols;
  const all = new Float32Array(models.length * area * channels);
  models.forEach(({ pixels }, n) => {
    for (let c = 0; c < channels; c++) {
      const from = channelOrder === 'BGR' ? 2 - c : c;
      const level = (mean[c] * 255) / range;
      const to = (n * channels + c) * area;
      for (let i = 0; i < area; i++) all[to + i] = pixels.data[i * channels + from] - level;
    }
  });
  return all;
}
