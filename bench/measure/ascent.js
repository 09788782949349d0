import { playRow } from './rounds.js';

/**
 * The ascent whose speed is measured: Eq. 1 by plain steps from the zero image, I <- (I + eta dS/dI) / (1 + 2 eta lambda)
 * with I in grey levels; contestants are given the numbers with the request.
 */
const ascent = { learningRate: 2e3, lambda: 3e-6 };
/**
 * Of the models that are compared. The first step tells whether gradients are the same, the second whether they are taken
 * at the new image; later ones grow what differs by rounding, at the kinks of ReLUs and maxima, into other pictures.
 */
const comparedSteps = 2;

/**
 * A row (rounds.js) of class models. First all make models of few steps: whoever's are others is not timed. Then they are
 * timed over `steps` steps, whose results are not compared.
 *
 * @param one  the case, without its work
 */
export async function playModels(contestants, one, steps, options) {
  const models = { ...one, work: 'models', classes: 1 };
  const few = { ...models, ascent: { ...ascent, steps: comparedSteps } };
  const compared = await playRow(contestants, few, {
    ...options,
    until: { rounds: 0, seconds: 0, deadline: Infinity },
  });
  const entryOf = (entries, contestant, configuration) =>
    entries.find((entry) => entry.contestant === contestant && entry.configuration === configuration);
  const right = contestants.map((contestant) => {
    const { name, configurations } = contestant;
    const models = configurations.models.filter((configuration) => !entryOf(compared, name, configuration).error);
    return { name, configurations: { models }, ask: (request) => contestant.ask(request) };
  });
  const many = { ...models, ascent: { ...ascent, steps }, difference: Infinity };
  const timed = await playRow(right, many, options);
  return compared.map((entry) => ({
    ...(entry.error ? entry : entryOf(timed, entry.contestant, entry.configuration)),
    differences: entry.differences,
  }));
}

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
