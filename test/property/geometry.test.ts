import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DeviceKind } from '#lib/device/index.js';
import type { AveragePoolNode, MaxPoolNode, Padding, PixelPair } from '#lib/formats/graph.js';
import { assertCloseToScale } from '../support/close.js';
import { describeOnDevices, openedFor } from '../support/devices.js';
import { NetBuilder, type TestNet } from '../support/net-builder.js';
import { floats, withPass } from '../support/passes.js';
import { Random } from '../support/random.js';
import { backward, forward } from '../support/reference.js';
import { count } from '../support/reference-values.js';

const small = (low: number, high: number) => fc.integer({ min: low, max: high });
const pair = (low: number, high: number): fc.Arbitrary<PixelPair> => fc.tuple(small(low, high), small(low, high));
const padding = (high: number): fc.Arbitrary<Padding> =>
  fc.tuple(small(0, high), small(0, high), small(0, high), small(0, high));

/** Any convolution whose dilated kernel fits into the padded input. */
const convolutions = fc
  .record({
    n: small(1, 3),
    groups: small(1, 3),
    inputs: small(1, 9),
    outputs: small(1, 9),
    size: pair(1, 12),
    kernel: pair(1, 5),
    stride: pair(1, 3),
    dilation: pair(1, 2),
    pad: padding(3),
    seed: fc.nat(),
  })
  .filter(({ size, kernel, dilation, pad }) =>
    [0, 1].every((axis) => dilation[axis]! * (kernel[axis]! - 1) < size[axis]! + pad[axis]! + pad[axis + 2]!),
  );

/** Any pooling whose windows all hold a pixel: pads are smaller than the kernel. */
const poolings = fc
  .record({
    n: small(1, 2),
    channels: small(1, 20),
    size: pair(1, 12),
    kernel: pair(1, 4),
    stride: pair(1, 4),
    pad: padding(3),
    rounding: fc.constantFrom('floor' as const, 'ceil' as const),
    divisor: fc.constantFrom('inside' as const, 'padded' as const),
    levels: fc.constantFrom(2, 5, 1e6),
    seed: fc.nat(),
  })
  .filter(({ size, kernel, pad }) =>
    [0, 1].every((axis) => {
      const fits = kernel[axis]! <= size[axis]! + pad[axis]! + pad[axis + 2]!;
      return fits && pad[axis]! < kernel[axis]! && pad[axis + 2]! < kernel[axis]!;
    }),
  );

describeOnDevices('operations of any geometry', (kind: DeviceKind) => {
  const device = openedFor(kind);

  /** Output and input gradient for random x and dy, from the device and from the float64 reference. */
  async function both(net: TestNet, n: number, seed: number, levels = 1e6) {
    const random = new Random(seed);
    const shape = [n, ...net.graph.input.shape];
    const x = random.distinct(count(shape)).map((value) => Math.round(value * levels) / levels);
    const values = forward(net.graph, net.weights, Float64Array.from(x), shape);
    const y = values.get(net.graph.output)!.data;
    const dy = random.normals(y.length);
    const target = { value: net.graph.output, start: Float64Array.from(dy) };
    const dx = backward(net.graph, net.weights, values, target, 'gradient').get('x')!;
    const got = await withPass(device(), net, { n }, async (pass) => {
      pass.forward(x);
      const output = await floats(pass.activation(net.graph.output));
      const start = { value: net.graph.output, derivative: dy };
      return { y: output, dx: await floats(pass.backward(start, 'gradient', 'x')) };
    });
    return { x, dy, got, expected: { y, dx } };
  }

  it("a convolution's backwardData is its adjoint: <y(x), dy> = <x, dx(dy)>, and both are the reference's", async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async ({ n, groups, inputs, outputs, size, kernel, seed, ...geometry }) => {
        const weight = [outputs * groups, inputs, ...kernel];
        const net = new NetBuilder([inputs * groups, ...size], seed)
          .convWithoutBias('y', 'x', weight, { ...geometry, groups })
          .build();
        const { x, dy, got, expected } = await both(net, n, seed);
        assertCloseToScale(got.y, expected.y, 1e-5, 'y');
        assertCloseToScale(got.dx, expected.dx, 1e-5, 'dx');
        const scale = Math.sqrt(dot(got.y, got.y) * dot(dy, dy));
        assert.ok(Math.abs(dot(got.y, dy) - dot(x, got.dx)) <= 1e-5 * scale, 'adjoint');
      }),
      { numRuns: 60 },
    );
  });

  for (const op of ['maxPool', 'averagePool'] as const) {
    it(`${op}: output and gradient are the reference's, few distinct values included`, async () => {
      await fc.assert(
        fc.asyncProperty(poolings, async ({ n, channels, size, seed, levels, divisor, ...geometry }) => {
          const base = { name: 'y', inputs: ['x'], output: 'y', ...geometry };
          const node: MaxPoolNode | AveragePoolNode = op === 'maxPool' ? { op, ...base } : { op, ...base, divisor };
          const net = new NetBuilder([channels, ...size], seed).node(node).build();
          const { got, expected } = await both(net, n, seed, levels);
          assertCloseToScale(got.y, expected.y, 1e-6, 'y');
          assertCloseToScale(got.dx, expected.dx, 1e-6, 'dx');
        }),
        { numRuns: 60 },
      );
    });
  }
});

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
