import { createNetwork, loadNetwork } from 'deep-inside';

/**
 * A built-in architecture with random weights from the seed, or what an ONNX or safetensors file holds; a file that
 * states no preprocessing gets Caffe's, so that ten crops can be taken.
 */
export async function openNet(name, { device, seed }) {
  if (!/\.(onnx|safetensors)$/.test(name)) return createNetwork(name, { device, seed });
  const net = await loadNetwork(name, { device });
  if (net.preprocessing) return net;
  await net.dispose();
  return loadNetwork(name, { device, preprocessing: 'caffe' });
}
