/** What the benchmark measures: nets, and what is asked of each. */

/** The share of pool5, fc6 and fc7 that is active in the shifted nets; null leaves the biases at 0. */
const nets = [
  { name: 'paper', source: 'paper', activity: null },
  { name: 'paper-35', source: 'paper', activity: 0.35 },
  { name: 'paper-20', source: 'paper', activity: 0.2 },
  { name: 'vgg16', source: 'vgg16', activity: null },
  { name: 'squeezenet1_0', source: 'squeezenet1_0', activity: null },
];

/** Five is what a top-5 list asks for. */
const several = 5;

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

/** { label, work, n, classes } for one net: maps of batches, several classes of one input, and the forward pass alone. */
export function casesOf({ activity }, batches) {
  const maps = batches.map((n) => ({ label: `batch ${n}`, work: 'maps', n, classes: 1 }));
  const classes = { label: `${several} classes`, work: 'classes', n: 1, classes: several };
  const scores = { label: 'forward only', work: 'scores', n: 1, classes: 1 };
  return activity === null ? [...maps, classes, scores] : [...maps.filter(({ n }) => n <= 10), classes];
}

/** How many maps, or rows of scores, one call gives. */
export function resultsOf({ n, classes }) {
  return n * classes;
}
