import { Builder, type Architecture } from './builder.js';

/** Filters of the squeeze and of each expand convolution of the fire modules fire2 to fire9. */
const fires = [
  [16, 64],
  [16, 64],
  [32, 128],
  [32, 128],
  [48, 192],
  [48, 192],
  [64, 256],
  [64, 256],
] as const;

/** Caffe rounds up. */
const pool = { kernel: 3, stride: 2, rounding: 'ceil' } as const;

/** SqueezeNet v1.0 (Iandola et al. 2016) under its authors' layer names; conv10 is 1 x 1 with padding 1. */
export function squeezenet10(classes: number): Architecture {
  return squeezenet(classes, { filters: 96, kernel: 7, pooledAfter: [4, 8], conv10Pad: 1 });
}

/** SqueezeNet v1.1, of the same accuracy at 2.4 times less computation. */
export function squeezenet11(classes: number): Architecture {
  return squeezenet(classes, { filters: 64, kernel: 3, pooledAfter: [3, 5], conv10Pad: 0 });
}

interface Version {
  readonly filters: number;
  readonly kernel: number;
  readonly pooledAfter: readonly number[];
  readonly conv10Pad: number;
}

/** A ReLU follows conv10: the scores are the means of rectified values, and never negative. */
function squeezenet(classes: number, version: Version): Architecture {
  const net = new Builder({ name: 'data', shape: [3, 227, 227] });
  const conv1 = net.conv('conv1', 'data', version.filters, { kernel: version.kernel, stride: 2 });
  let x = net.maxPool('pool1', net.relu('relu_conv1', conv1), pool);
  fires.forEach(([squeeze, expand], i) => {
    x = fire(net, `fire${i + 2}`, x, squeeze, expand);
    if (version.pooledAfter.includes(i + 2)) x = net.maxPool(`pool${i + 2}`, x, pool);
  });
  x = net.conv('conv10', net.dropout('drop9', x), classes, { kernel: 1, pad: version.conv10Pad });
  return {
    graph: net.graph(net.globalAveragePool('pool10', net.relu('relu_conv10', x))),
    weightShapes: net.weightShapes,
    preprocessing: 'caffe',
  };
}

function fire(net: Builder, name: string, x: string, squeeze: number, expand: number): string {
  const squeezed = net.relu(`${name}/relu_squeeze1x1`, net.conv(`${name}/squeeze1x1`, x, squeeze, { kernel: 1 }));
  const narrow = net.conv(`${name}/expand1x1`, squeezed, expand, { kernel: 1 });
  const wide = net.conv(`${name}/expand3x3`, squeezed, expand, { kernel: 3, pad: 1 });
  const parts = [net.relu(`${name}/relu_expand1x1`, narrow), net.relu(`${name}/relu_expand3x3`, wide)];
  return net.concat(`${name}/concat`, parts);
}
