import ndarray from 'ndarray';
import { openNetwork } from '#lib/net/open-network.js';
import { quantile } from './statistics.js';

/** On how many inputs thresholds are set and activity is measured, where there are as many. */
const sampled = 16;

/** Of the paper's net: whose bias is shifted, and the value whose units are counted. */
const shifted = [
  { layer: 'conv5', counted: 'pool5' },
  { layer: 'fc6', counted: 'relu6' },
  { layer: 'fc7', counted: 'relu7' },
];

/**
 * The paper's net with all biases of conv5 lowered by one number, so that a given share of pool5 is above zero, and then
 * those of fc6 and of fc7 likewise: each number is the quantile of the values before the ReLU on the first inputs.
 *
 * @param share   of the units that shall be active, from 0 to 1
 * @param images  float32 [count, channels, rows, cols]
 * @returns       the shifted net as a model
 */
export async function withActivity(model, share, images, device) {
  let current = model;
  for (const { layer } of shifted) {
    const values = await forward(current, [layer], images, device);
    const shift = quantile(layer === 'conv5' ? pooled(values[layer]) : values[layer].data, 1 - share);
    const name = `${layer}.bias`;
    const bias = current.weights.get(name);
    const lowered = { shape: bias.shape, data: bias.data.map((value) => value - shift) };
    current = { ...current, weights: new Map([...current.weights, [name, lowered]]) };
  }
  return current;
}

/** The share of active units of pool5, fc6 and fc7 on the first inputs: { pool5, relu6, relu7 }. */
export async function activityOf(model, images, device) {
  const names = shifted.map(({ counted }) => counted);
  const values = await forward(model, names, images, device);
  return Object.fromEntries(names.map((name) => [name, shareActive(values[name].data)]));
}

function shareActive(values) {
  return values.reduce((count, value) => count + (value > 0), 0) / values.length;
}

async function forward(model, layers, images, device) {
  const net = await openNetwork('bench', model, { device });
  const size = net.inputShape.reduce((a, b) => a * b);
  const n = Math.min(sampled, images.length / size);
  const batch = ndarray(images.subarray(0, n * size), [n, ...net.inputShape]);
  const values = await net.forward(batch, { layers });
  await net.dispose();
  return values;
}

/** What pool5 (3 x 3, stride 2) makes of values that no ReLU has cut off. */
function pooled({ data, shape: [n, channels, rows, cols] }) {
  const results = [];
  for (let plane = 0; plane < n * channels; plane++) {
    for (let row = 0; row + 3 <= rows; row += 2) {
      for (let col = 0; col + 3 <= cols; col += 2) {
        const at = (plane * rows + row) * cols + col;
        const window = [0, 1, 2].flatMap((down) => [0, 1, 2].map((across) => data[at + down * cols + across]));
        results.push(Math.max(...window));
      }
    }
  }
  return results;
}
