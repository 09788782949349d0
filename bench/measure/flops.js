/**
 * Floating-point operations of convolutions and matrices, two per multiply-add, as a direct computation needs them:
 * taps that lie on padding are not counted. The backward pass to the data needs as many as the forward pass.
 */

/** Along one axis: how many pairs of an output and a tap read a pixel of the image and not of its padding. */
export function tapsInside({ size, outputs, kernel, stride, padBefore, dilation }) {
  let count = 0;
  for (let output = 0; output < outputs; output++) {
    for (let tap = 0; tap < kernel; tap++) {
      const at = output * stride - padBefore + tap * dilation;
      if (at >= 0 && at < size) count++;
    }
  }
  return count;
}

/** x [n, c, h, w], weights [k, c / groups, r, s], output [n, k, p, q]; pad is [top, left, bottom, right]. */
export function convolutionFlops({ x, weights, output, stride, pad, dilation }) {
  const [rows, cols] = [0, 1].map((axis) =>
    tapsInside({
      size: x[axis + 2],
      outputs: output[axis + 2],
      kernel: weights[axis + 2],
      stride: stride[axis],
      padBefore: pad[axis],
      dilation: dilation[axis],
    }),
  );
  return 2 * x[0] * weights[0] * weights[1] * rows * cols;
}

/** x [n, features], weights [outputs, features]. */
export function linearFlops({ x, weights }) {
  return 2 * x[0] * weights[0] * weights[1];
}
