import { createNetwork, loadNetwork } from 'deep-inside';

/** A built-in architecture with random weights from the seed, or what an ONNX or safetensors file holds. */
export function openNet(name, { device, seed }) {
  const isFile = /\.(onnx|safetensors)$/.test(name);
  return isFile ? loadNetwork(name, { device }) : createNetwork(name, { device, seed });
}
