import assert from 'node:assert/strict';
import { join } from 'node:path';
import { assertCloseToScale } from '../../support/close.js';
import { opCaseIds, readOpCase } from '../../support/op-cases.js';
import { backward, forward } from '../../support/reference.js';
import { describeWithDataPack, fixture } from '../../support/shared.js';

/** Both sides are float64; what is compared was rounded to float32 once. */
const rounding = 3e-7;

function compareAll(folder: string): void {
  for (const id of opCaseIds(folder)) {
    it(`${id} agrees with PyTorch's float64`, () => {
      const { graph, weights, x, start, out, dx } = readOpCase(folder, id);
      const values = forward(graph, weights, Float64Array.from(x.data), x.shape);
      const y = values.get(graph.output)!;
      assert.equal(
        y.shape.reduce((a, b) => a * b),
        out.data.length,
        'size of the output',
      );
      assertCloseToScale(y.data, out.data, rounding, 'out');
      for (const [rule, expected] of dx) {
        const target = { value: graph.output, start: Float64Array.from(start.data) };
        const gradients = backward(graph, weights, values, target, rule);
        assertCloseToScale(gradients.get('x')!, expected.data, rounding, `dx by ${rule}`);
      }
    });
  }
}

describe('the float64 reference on our op cases', () => compareAll(fixture('ops')));

describeWithDataPack("the float64 reference on the data pack's op cases", (folder) => {
  compareAll(join(folder, 'goldens', 'ops'));
});
