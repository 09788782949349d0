import { convolutionFlops, linearFlops } from './flops.js';

/**
 * The least time that a machine needs for maps, if convolutions are computed directly and matrices whole, as all peers
 * do: layers run one after the other, and each takes either the time of its multiplications at the peak, or that of
 * reading its weights once from memory, whichever is longer. The backward pass to the data costs as much as the forward
 * pass. Everything else (ReLUs, pooling, normalisation, reading activations) counts as free, so nothing that computes
 * all of this can be faster; what does less work (Winograd convolutions, active rows) can.
 */
export function floorMs(layers, { work, batch, classes }, { flops, bandwidth }) {
  const seconds = (images) =>
    layers.reduce((sum, layer) => sum + Math.max((images * layer.flops) / flops, layer.bytes / bandwidth), 0);
  return 1000 * (seconds(batch) + (work === 'scores' ? 0 : seconds(batch * classes)));
}

/** For every convolution and matrix of a net: multiplications and additions for one image, and bytes of weights. */
export function weightedLayers({ graph, weights }, shapes) {
  return graph.nodes
    .filter(({ op }) => op === 'conv' || op === 'linear')
    .map((node) => {
      const w = weights.get(node.weight).shape;
      const x = [1, ...shapes.get(node.inputs[0])];
      const output = [1, ...shapes.get(node.output)];
      const flops =
        node.op === 'conv' ? convolutionFlops({ ...node, x, weights: w, output }) : linearFlops({ x, weights: w });
      return { name: node.name, flops, bytes: 4 * w.reduce((a, b) => a * b) };
    });
}

/** The shapes of a net's values for one image, by name. */
export function shapesOf(net) {
  const { name, shape } = net.model.graph.input;
  return new Map([[name, shape], ...net.layers.map((layer) => [layer.output, layer.shape])]);
}
