import { Builder, type Architecture } from './builder.js';

/** torchvision's AlexNet ("One weird trick", Krizhevsky 2014), under torchvision's layer names. */
export function alexnet(classes: number): Architecture {
  const net = new Builder({ name: 'input', shape: [3, 224, 224] });
  const pool = { kernel: 3, stride: 2 };
  let x = net.relu('features.1', net.conv('features.0', 'input', 64, { kernel: 11, stride: 4, pad: 2 }));
  x = net.maxPool('features.2', x, pool);
  x = net.relu('features.4', net.conv('features.3', x, 192, { kernel: 5, pad: 2 }));
  x = net.maxPool('features.5', x, pool);
  for (const [i, filters] of [
    [6, 384],
    [8, 256],
    [10, 256],
  ] as const) {
    x = net.relu(`features.${i + 1}`, net.conv(`features.${i}`, x, filters, { kernel: 3, pad: 1 }));
  }
  x = net.dropout('classifier.0', net.maxPool('features.12', x, pool));
  x = net.relu('classifier.2', net.linear('classifier.1', x, 256 * 6 * 6, 4096));
  x = net.relu('classifier.5', net.linear('classifier.4', net.dropout('classifier.3', x), 4096, 4096));
  return {
    graph: net.graph(net.linear('classifier.6', x, 4096, classes)),
    weightShapes: net.weightShapes,
    preprocessing: 'torchvision',
  };
}
