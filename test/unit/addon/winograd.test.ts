import assert from 'node:assert/strict';
import type { Shape } from '#lib/device/index.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';
import { Random } from '../../support/random.js';
import { convolutionsOn, size, type Problem } from '../../support/convolutions.js';

describeOnDevices("Winograd's convolution", (kind) => {
  const device = openedFor(kind);
  const { planned, filled } = convolutionsOn(device);

  for (const [taps, stride] of [
    [3, 1],
    [7, 2],
  ] as const) {
    const title = `${taps} x ${taps}, stride ${stride}`;
    it(`gives equal neighbourhoods equal values, to the last bit, wherever they lie: ${title}`, async () => {
      const [pad, side] = [(taps - 1) / 2, 22 * stride + 1];
      const x: Shape = [1, 18, side, side];
      const problem: Problem = { x, w: [20, 18, taps, taps], pad: [pad, pad, pad, pad], stride: [stride, stride] };
      const level = new Random(8).normals(18);
      const [flatRows, flatCols] = [14 * stride + 1, 9 * stride + 1];
      const values = Float32Array.from({ length: size(x) }, (_, i) => {
        const [channel, row, col] = [Math.floor(i / side ** 2), Math.floor((i % side ** 2) / side), i % side];
        return row >= flatRows && col >= flatCols ? Math.fround(Math.sin(i)) : level[channel]!;
      });
      const results: Float32Array[] = [];
      for (const algorithm of ['winograd', 'direct'] as const) {
        const { plan } = await planned(problem, algorithm, 'none');
        const y = device().tensor(plan.output, 'float32', plan.y);
        plan.forward(filled(x, plan.x, values), y);
        results.push(await y.read());
      }
      const [got, expected] = results as [Float32Array, Float32Array];
      assertCloseToScale(got, expected, 2e-6);
      const flat = (row: number, col: number) => row * stride + pad < flatRows || col * stride + pad < flatCols;
      const edge = Math.ceil(pad / stride);
      for (let k = 0; k < 20; k++) {
        const at = (row: number, col: number) => got[(k * 23 + row) * 23 + col]!;
        for (let row = edge; row < 23 - edge; row++)
          for (let col = edge; col < 23 - edge; col++) {
            if (flat(row, col)) assert.equal(at(row, col), at(edge, edge), `flat at ${k}, ${row}, ${col}`);
          }
        for (let col = edge; col < 23 - edge; col++)
          assert.equal(at(0, col), at(0, edge), `along the upper edge at ${k}, ${col}`);
      }
    });
  }

  for (const [taps, stride] of [
    [3, 1],
    [5, 1],
    [7, 2],
  ] as const) {
    const title = `${taps} x ${taps}, stride ${stride}`;
    it(`has a gradient that is 0 exactly outside the receptive fields: ${title}`, async () => {
      const [reach, side] = [(taps - 1) / 2, 18 * stride + 1];
      const x: Shape = [2, 16, side, side];
      const w: Shape = [32, 16, taps, taps];
      const problem: Problem = { x, w, pad: [reach, reach, reach, reach], stride: [stride, stride] };
      // Of the second image: a corner, neighbours across tiles, and an edge, each in one channel.
      const live = [
        { channel: 31, row: 0, col: 0 },
        { channel: 3, row: 8, col: 7 },
        { channel: 17, row: 9, col: 8 },
        { channel: 0, row: 18, col: 12 },
      ];
      const [dx, expected] = await gradients(problem, (dy, area) => {
        for (const { channel, row, col } of live) dy[(32 + channel) * area + row * 19 + col] = 1 + channel;
      });
      assertCloseToScale(dx, expected, 2e-6);
      const near = (row: number, col: number) =>
        live.some((at) => Math.abs(row - at.row * stride) <= reach && Math.abs(col - at.col * stride) <= reach);
      dx.forEach((value, i) => {
        const [plane, row, col] = [Math.floor(i / side ** 2), Math.floor((i % side ** 2) / side), i % side];
        assert.equal(value !== 0, plane >= 16 && near(row, col), `plane ${plane}, row ${row}, col ${col}`);
      });
    });
  }

  /** dx by Winograd and directly; `fill` writes dy into zeros, `area` apart from channel to channel. */
  async function gradients(problem: Problem, fill: (dy: Float32Array, area: number) => void) {
    const results: Float32Array[] = [];
    for (const algorithm of ['winograd', 'direct'] as const) {
      const { plan } = await planned(problem, algorithm, 'none');
      const dy = new Float32Array(size(plan.output));
      fill(dy, plan.output[2]! * plan.output[3]!);
      const dx = device().tensor(problem.x, 'float32', plan.x);
      plan.backwardData(filled(plan.output, plan.y, dy), dx);
      results.push(await dx.read());
    }
    return results as [Float32Array, Float32Array];
  }
});
