import { Builder, type Architecture } from './builder.js';

/** Filters of the convolutions of each block; a pooling follows each. */
const blocks = [
  [64, 64],
  [128, 128],
  [256, 256, 256],
  [512, 512, 512],
  [512, 512, 512],
];

/**
 * VGG-16 (Simonyan & Zisserman 2014, configuration D) under its authors' layer names.
 * Choice: weight files may use torchvision's names as well (features.0, classifier.6), and the preprocessing is
 * torchvision's, as the safetensors files in circulation want it.
 */
export function vgg16(classes: number): Architecture {
  const net = new Builder({ name: 'input', shape: [3, 224, 224] });
  const theirs = new Map<string, string>();
  let x = 'input';
  let index = 0;
  blocks.forEach((block, b) => {
    block.forEach((filters, i) => {
      const at = `${b + 1}_${i + 1}`;
      x = net.relu(`relu${at}`, net.conv(`conv${at}`, x, filters, { kernel: 3, pad: 1 }));
      theirs.set(`conv${at}`, `features.${index}`);
      index += 2;
    });
    x = net.maxPool(`pool${b + 1}`, x, { kernel: 2, stride: 2 });
    index += 1;
  });
  x = net.dropout('drop6', net.relu('relu6', net.linear('fc6', x, 512 * 7 * 7, 4096)));
  x = net.dropout('drop7', net.relu('relu7', net.linear('fc7', x, 4096, 4096)));
  theirs.set('fc6', 'classifier.0').set('fc7', 'classifier.3').set('fc8', 'classifier.6');
  return {
    graph: net.graph(net.linear('fc8', x, 4096, classes)),
    weightShapes: net.weightShapes,
    preprocessing: 'torchvision',
    aliases: new Map(
      [...theirs].flatMap(([ours, name]) => ['weight', 'bias'].map((part) => [`${ours}.${part}`, `${name}.${part}`])),
    ),
  };
}
