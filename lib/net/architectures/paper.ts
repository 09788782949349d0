import { Builder, type Architecture, type WindowOptions } from './builder.js';

/** AlexNet's normalisation, 1e-4 per channel: 5e-4 in the terms of Caffe, ONNX and PyTorch, which divide by the size. */
const normalisation = { size: 5, alpha: 5e-4, beta: 0.75, k: 2 };

/**
 * The network of Simonyan et al. 2013: conv64-conv256-conv256-conv256-conv256-full4096-full4096-full1000 (Sect. 1).
 *
 * Choice: the paper gives the widths alone, and says that the rest is "similar to" Krizhevsky et al. 2012 with the
 * cuda-convnet toolbox. Strides, kernels, pooling and normalisation are those of CNN-F (Chatfield et al. 2014, by the same
 * authors), the one published table with exactly this list of layers.
 * Choice: conv1 rounds up as cuda-convnet does: 3 rows and columns of zeros after the image, so that 55 positions fit.
 * Choice: the input is RGB from 0 to 255 minus ImageNet's mean pixel, until a mean image comes with the weights.
 */
export function paper(classes: number): Architecture {
  return fiveConvolutions(classes, { kernel: 11, stride: 4, pad: [0, 0, 3, 3] }, { kernel: 3, stride: 2 });
}

/** CNN-F (Chatfield et al. 2014): as `paper`, but conv1 rounds down to 54 positions and pool1 rounds up to 27. */
export function cnnF(classes: number): Architecture {
  return fiveConvolutions(classes, { kernel: 11, stride: 4 }, { kernel: 3, stride: 2, pad: [0, 0, 1, 1] });
}

function fiveConvolutions(classes: number, conv1: WindowOptions, pool1: WindowOptions): Architecture {
  const net = new Builder({ name: 'data', shape: [3, 224, 224] });
  const pool = { kernel: 3, stride: 2 };
  let x = net.relu('relu1', net.conv('conv1', 'data', 64, conv1));
  x = net.maxPool('pool1', net.lrn('lrn1', x, normalisation), pool1);
  x = net.relu('relu2', net.conv('conv2', x, 256, { kernel: 5, pad: 2 }));
  x = net.maxPool('pool2', net.lrn('lrn2', x, normalisation), pool);
  for (const i of [3, 4, 5]) x = net.relu(`relu${i}`, net.conv(`conv${i}`, x, 256, { kernel: 3, pad: 1 }));
  x = net.maxPool('pool5', x, pool);
  x = net.dropout('drop6', net.relu('relu6', net.linear('fc6', x, 256 * 6 * 6, 4096)));
  x = net.dropout('drop7', net.relu('relu7', net.linear('fc7', x, 4096, 4096)));
  const mean = [123.68, 116.779, 103.939];
  return {
    graph: net.graph(net.linear('fc8', x, 4096, classes)),
    weightShapes: net.weightShapes,
    preprocessing: { channelOrder: 'RGB', range: 255, mean },
  };
}
