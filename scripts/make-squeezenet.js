/**
 * Makes models/squeezenet1_1.safetensors, the network that `loadNetwork()` loads, from the float32 weights of SqueezeNet
 * v1.1 under Caffe's names (conv1.weight, fire2.squeeze1x1.weight, ...): half precision, with the graph, Caffe's
 * preprocessing and the names and WNIDs of ImageNet's classes.
 *
 *   npm run build && node scripts/make-squeezenet.js SQUEEZENET1_1.safetensors
 */
import { fileURLToPath } from 'node:url';
import { createNetwork, saveNetwork } from '../dist/index.js';

const [weights] = process.argv.slice(2);
if (weights === undefined) {
  console.error('usage: node scripts/make-squeezenet.js SQUEEZENET1_1.safetensors');
  process.exit(2);
}
const path = fileURLToPath(new URL('../models/squeezenet1_1.safetensors', import.meta.url));
const net = await createNetwork('squeezenet1_1', { weights, preprocessing: 'caffe', names: 'imagenet' });
await saveNetwork(net, path, { dtype: 'float16' });
await net.dispose();
console.log(path);
