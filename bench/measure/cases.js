/** What the benchmark measures: nets, and what is asked of each. */

/** The share of pool5, fc6 and fc7 that is active in the shifted nets; null leaves the biases at 0. */
const nets = [
  { name: 'paper', source: 'paper', activity: null },
  { name: 'paper-35', source: 'paper', activity: 0.35 },
  { name: 'paper-20', source: 'paper', activity: 0.2 },
  { name: 'vgg16', source: 'vgg16', activity: null },
  { name: 'squeezenet1_0', source: 'squeezenet1_0', activity: null },
];

export const netNames = nets.map(({ name }) => name);

/** The nets of these names; GoogLeNet comes from a file. */
export function chosenNets(names, googlenet) {
  const all = googlenet ? [...nets, { name: 'googlenet', source: googlenet, activity: null }] : nets;
  return names.map((name) => {
    const net = all.find((one) => one.name === name);
    if (net) return net;
    throw new Error(
      `--nets: ${name} is none of ${all.map((one) => one.name).join(', ')}; googlenet needs --googlenet FILE`,
    );
  });
}

/**
 * What one call asks for: `n` inputs drawn, with `classes` classes for each, which give `results` maps or rows of
 * scores, and `batch` inputs that pass through the net.
 */
const classes = { label: '5 classes', work: 'classes', n: 1, classes: 5, batch: 1, results: 5 };
const tenCrops = { label: 'ten crops', work: 'tenCrops', n: 1, classes: 1, batch: 10, results: 1 };
const scores = { label: 'forward only', work: 'scores', n: 1, classes: 1, batch: 1, results: 1 };

function maps(n) {
  return { label: `batch ${n}`, work: 'maps', n, classes: 1, batch: n, results: n };
}

/** The cases of one net: all of them, or those of the quick run. */
export function casesOf({ name, activity }, batches, quick) {
  const small = batches.filter((n) => n === 1);
  if (quick && name === 'vgg16') return small.map(maps);
  if (quick) return [...batches.map(maps), ...(name === 'paper' ? [classes] : [])];
  if (activity !== null) return [...batches.filter((n) => n <= 10).map(maps), classes];
  return [...batches.map(maps), classes, tenCrops, scores];
}
