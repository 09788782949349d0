import type { Padding } from '#lib/formats/graph.js';
import type { HostTensor } from '#lib/formats/model.js';
import { NetBuilder, type TestNet } from './net-builder.js';

const same = (pad: number): { pad: Padding } => ({ pad: [pad, pad, pad, pad] });

/** Scores that are linear in the input: Eq. 2 of the paper holds exactly. Input [3, 5, 4], 4 classes. */
export function linearNet(seed = 1): TestNet {
  return new NetBuilder([3, 5, 4], seed).linear('fc', 'x', [4, 60]).build();
}

/** Linear too, but by way of a convolution and a mean. Input [3, 8, 6], 4 classes. */
export function linearConvolutionNet(seed = 1): TestNet {
  const net = new NetBuilder([3, 8, 6], seed).conv('conv', 'x', [5, 3, 3, 3], same(1));
  return net.averagePool('pool', 'conv', [2, 2]).linear('fc', 'pool', [4, 60]).build();
}

/** Convolution, ReLU, max pooling, linear layer. Input [3, 8, 8], 5 classes. */
export function convReluPoolNet(seed = 1): TestNet {
  const net = new NetBuilder([3, 8, 8], seed).conv('conv', 'x', [6, 3, 3, 3], same(1)).relu('relu', 'conv');
  return net.maxPool('pool', 'relu', [2, 2]).linear('fc', 'pool', [5, 96]).build();
}

/** One grey channel in. Input [1, 9, 7], 3 classes. */
export function greyNet(seed = 1): TestNet {
  const net = new NetBuilder([1, 9, 7], seed).conv('conv', 'x', [4, 1, 3, 3], same(1)).relu('relu', 'conv');
  return net
    .maxPool('pool', 'relu', [3, 3], { stride: [2, 2] })
    .linear('fc', 'pool', [3, 48])
    .build();
}

/** The paper's net in small: LRN, overlapping pools, groups, dropout. Input [3, 35, 31], 6 classes. */
export function miniAlexNet(seed = 1): TestNet {
  return new NetBuilder([3, 35, 31], seed)
    .conv('conv1', 'x', [8, 3, 7, 7], { stride: [2, 2], pad: [0, 0, 1, 1] })
    .relu('relu1', 'conv1')
    .lrn('norm1', 'relu1', 5)
    .maxPool('pool1', 'norm1', [3, 3], { stride: [2, 2] })
    .conv('conv2', 'pool1', [10, 4, 5, 5], { ...same(2), groups: 2 })
    .relu('relu2', 'conv2')
    .maxPool('pool2', 'relu2', [3, 3], { stride: [2, 2], rounding: 'ceil' })
    .linear('fc6', 'pool2', [16, 90])
    .relu('relu6', 'fc6')
    .node({ op: 'dropout', name: 'drop6', inputs: ['relu6'], output: 'drop6', rate: 0.5 })
    .linear('fc7', 'drop6', [6, 16])
    .build();
}

/** SqueezeNet in small: a fire module, padded 1x1 scores, a ReLU behind them, a global mean. Input [3, 21, 19]. */
export function fireNet(seed = 1): TestNet {
  return new NetBuilder([3, 21, 19], seed)
    .conv('conv1', 'x', [8, 3, 3, 3], { stride: [2, 2] })
    .relu('relu1', 'conv1')
    .maxPool('pool1', 'relu1', [3, 3], { stride: [2, 2], rounding: 'ceil' })
    .conv('squeeze', 'pool1', [4, 8, 1, 1])
    .relu('relu_squeeze', 'squeeze')
    .conv('expand1', 'relu_squeeze', [6, 4, 1, 1])
    .relu('relu_expand1', 'expand1')
    .conv('expand3', 'relu_squeeze', [6, 4, 3, 3], same(1))
    .relu('relu_expand3', 'expand3')
    .simple('concat', 'concat', 'relu_expand1', 'relu_expand3')
    .conv('conv10', 'concat', [7, 12, 1, 1], same(1))
    .relu('relu10', 'conv10')
    .node({ op: 'globalAveragePool', name: 'pool10', inputs: ['relu10'], output: 'pool10' })
    .build();
}

/** GoogLeNet in small: LRN, four branches with a padded stride-1 pool, a mean. Input [3, 13, 12], 5 classes. */
export function inceptionNet(seed = 1): TestNet {
  return new NetBuilder([3, 13, 12], seed)
    .conv('stem', 'x', [8, 3, 3, 3], { stride: [2, 2], ...same(1) })
    .relu('relu_stem', 'stem')
    .lrn('norm', 'relu_stem', 5)
    .conv('a', 'norm', [3, 8, 1, 1])
    .relu('relu_a', 'a')
    .conv('b', 'norm', [4, 8, 3, 3], same(1))
    .relu('relu_b', 'b')
    .conv('c', 'norm', [2, 8, 5, 5], same(2))
    .relu('relu_c', 'c')
    .maxPool('pool_d', 'norm', [3, 3], { stride: [1, 1], ...same(1) })
    .conv('d', 'pool_d', [3, 8, 1, 1])
    .relu('relu_d', 'd')
    .simple('concat', 'concat', 'relu_a', 'relu_b', 'relu_c', 'relu_d')
    .averagePool('mean', 'concat', [7, 6])
    .linear('fc', 'mean', [5, 12])
    .build();
}

/** ResNet in small: normalisation, two shortcuts, one of them projected. Input [3, 12, 10], 4 classes. */
export function residualNet(seed = 1): TestNet {
  return new NetBuilder([3, 12, 10], seed)
    .conv('stem', 'x', [6, 3, 3, 3], same(1))
    .scaleShift('norm', 'stem', 6)
    .relu('relu', 'norm')
    .conv('conv1', 'relu', [6, 6, 3, 3], same(1))
    .simple('add', 'sum1', 'conv1', 'relu')
    .relu('relu1', 'sum1')
    .conv('conv2', 'relu1', [8, 6, 3, 3], { stride: [2, 2], ...same(1) })
    .scaleShift('norm2', 'conv2', 8)
    .conv('project', 'relu1', [8, 6, 1, 1], { stride: [2, 2] })
    .simple('add', 'sum2', 'norm2', 'project')
    .relu('relu2', 'sum2')
    .node({ op: 'globalAveragePool', name: 'mean', inputs: ['relu2'], output: 'mean' })
    .linear('fc', 'mean', [4, 8])
    .build();
}

/** A convolution whose output is read both before and after its ReLU. Input [2, 6, 7], 3 classes. */
export function readBeforeReluNet(seed = 1): TestNet {
  return new NetBuilder([2, 6, 7], seed)
    .conv('conv', 'x', [4, 2, 3, 3], same(1))
    .relu('relu', 'conv')
    .simple('concat', 'both', 'conv', 'relu')
    .linear('fc', 'both', [3, 336])
    .build();
}

/** One convolution and ReLU applied three times over. `weights: 'shared'` uses one set, 'copied' three equal ones. */
export function repeatedNet(weights: 'shared' | 'copied', seed = 1): TestNet {
  const net = new NetBuilder([4, 8, 7], seed)
    .conv('conv1', 'x', [4, 4, 3, 3], same(1), 'step')
    .relu('relu1', 'conv1')
    .conv('conv2', 'relu1', [4, 4, 3, 3], same(1), 'step')
    .relu('relu2', 'conv2')
    .conv('conv3', 'relu2', [4, 4, 3, 3], same(1), 'step')
    .relu('relu3', 'conv3')
    .linear('fc', 'relu3', [3, 224])
    .build();
  return weights === 'shared' ? net : withOwnWeights(net);
}

/** The same net with a copy of every weight for every node. */
function withOwnWeights({ graph, weights }: TestNet): TestNet {
  const own = new Map<string, HostTensor>();
  const nodes = graph.nodes.map((node) => {
    if (node.op !== 'conv' && node.op !== 'linear') return node;
    const [weight, bias] = [`${node.name}.own.weight`, `${node.name}.own.bias`];
    own.set(weight, copied(weights, node.weight));
    own.set(bias, copied(weights, node.bias!));
    return { ...node, weight, bias };
  });
  return { graph: { ...graph, nodes }, weights: own };
}

function copied(weights: TestNet['weights'], name: string): HostTensor {
  const { shape, data } = weights.get(name)!;
  return { shape, data: data.slice() };
}

/** Every small net by name: what a law should be tried on. */
export const smallNets: Readonly<Record<string, (seed?: number) => TestNet>> = {
  linear: linearNet,
  'linear convolution': linearConvolutionNet,
  'conv-ReLU-pool': convReluPoolNet,
  grey: greyNet,
  'mini AlexNet': miniAlexNet,
  fire: fireNet,
  inception: inceptionNet,
  residual: residualNet,
  'read before ReLU': readBeforeReluNet,
  repeated: (seed) => repeatedNet('shared', seed),
};
