/** TensorFlow.js on its WebAssembly backend, in NHWC: node tfjs.js MAIN-FILE-OF-TFJS MAIN-FILE-OF-WASM. */
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { windowCounts } from '#lib/formats/window.js';
import { readModel } from '#lib/formats/read-model.js';
import { play } from './contestant.js';

const [whole, wasm] = process.argv.slice(2);
const { default: tf } = await import(pathToFileURL(whole).href);
const { default: backend } = await import(pathToFileURL(wasm).href);

await play(async (path, threads) => {
  backend.setWasmPaths(`${dirname(wasm)}/`);
  backend.setThreadsCount(threads);
  await tf.setBackend('wasm');
  const net = netOf(await readModel(path));
  return {
    description: {
      name: 'tfjs',
      version: tf.version.tfjs,
      configurations: { maps: ['wasm'], classes: ['copies'], scores: ['wasm'] },
    },
    prepare: (work, _, batch, classes) => prepare(net, work, batch, classes),
  };
});

/** The copies of one input, each with one of the classes, are a batch. */
function prepare(net, work, { data, shape }, classes) {
  const several = work === 'classes' ? classes[0] : null;
  const n = several?.length ?? shape[0];
  const wanted = several ?? classes.map(([one]) => one);
  const dense = tf.tensor4d(data, shape);
  const x = tf.tidy(() => tf.tile(tf.transpose(dense, [0, 2, 3, 1]), [several ? n : 1, 1, 1, 1]));
  return async () => {
    const result = tf.tidy(() => (work === 'scores' ? net(x) : maps(net, x, wanted)));
    const values = await result.data();
    tf.dispose([dense, x, result]);
    return values;
  };
}

function maps(net, x, classes) {
  const target = (x) => {
    const scores = net(x);
    return tf.sum(tf.mul(scores, tf.oneHot(tf.tensor1d(classes, 'int32'), scores.shape[1])));
  };
  return tf.max(tf.abs(tf.grad(target)(x)), 3);
}

function netOf({ graph, weights }) {
  const parameters = new Map();
  for (const node of graph.nodes) if (node.weight) parameters.set(node.name, parametersOf(node, weights));
  return (x) => {
    const values = new Map([[graph.input.name, x]]);
    for (const node of graph.nodes) {
      const xs = node.inputs.map((name) => values.get(name));
      values.set(node.output, layer(node, parameters.get(node.name), xs));
    }
    return tf.reshape(values.get(graph.output), [x.shape[0], -1]);
  };
}

function parametersOf(node, weights) {
  const { data, shape } = weights.get(node.weight);
  const w = tf.tidy(() =>
    shape.length === 4 ? tf.transpose(tf.tensor4d(data, shape), [2, 3, 1, 0]) : tf.tensor2d(data, shape),
  );
  return { w, b: node.bias === null ? null : tf.tensor1d(weights.get(node.bias).data) };
}

function layer(node, parameters, xs) {
  const [x] = xs;
  switch (node.op) {
    case 'conv':
      return biased(tf.conv2d(x, parameters.w, node.stride, explicit(node.pad), 'NHWC', node.dilation), parameters);
    case 'linear':
      return biased(tf.matMul(featuresOf(x), parameters.w, false, true), parameters);
    case 'maxPool':
      return maxPool(node, x);
    case 'averagePool':
      return averagePool(node, x);
    case 'lrn':
      return tf.localResponseNormalization(x, (node.size - 1) / 2, node.k, node.alpha / node.size, node.beta);
    case 'relu':
      return tf.relu(x);
    case 'concat':
      return tf.concat(xs, 3);
    case 'globalAveragePool':
      return tf.mean(x, [1, 2], true);
    case 'flatten':
      return featuresOf(x);
    case 'dropout':
      return x;
    default:
      throw new Error(`${node.op} is not written down here`);
  }
}

function biased(y, { b }) {
  return b ? tf.add(y, b) : y;
}

/** [n, rows, cols, channels] as rows in the order [channels, rows, cols]. */
function featuresOf(x) {
  return x.rank === 4 ? tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1]) : x;
}

function averagePool(node, x) {
  if (node.pad.some((pad) => pad > 0)) throw new Error('averagePool with padding is not written down here');
  return tf.avgPool(x, node.kernel, node.stride, 'valid');
}

/** Padded by the least number first, so that windows which round down cover what the node's rounding covers. */
function maxPool(node, x) {
  const size = x.shape.slice(1, 3);
  const counts = windowCounts(size, { ...node, dilation: [1, 1] });
  const [top, left, bottom, right] = node.pad;
  const after = [bottom, right].map((pad, axis) =>
    Math.max(pad, (counts[axis] - 1) * node.stride[axis] + node.kernel[axis] - size[axis] - node.pad[axis]),
  );
  const padding = [
    [0, 0],
    [top, after[0]],
    [left, after[1]],
    [0, 0],
  ];
  const padded = padding.flat().some((pad) => pad > 0) ? tf.pad(x, padding, -3e38) : x;
  return tf.maxPool(padded, node.kernel, node.stride, 'valid');
}

function explicit([top, left, bottom, right]) {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}
