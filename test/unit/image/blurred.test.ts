import assert from 'node:assert/strict';
import { atOnce } from '#lib/steps.js';
import { blurred } from '#lib/image/blurred.js';
import { assertClose } from '../../support/close.js';
import { Random } from '../../support/random.js';

describe('blurred', () => {
  const [channels, rows, cols] = [2, 7, 11];
  const planes = new Random(3).normals(channels * rows * cols);

  it('is a Gaussian over rows and columns, of each channel, the rim going on: by brute force', () => {
    const [sigma, radius] = [1.2, 4];
    const clamp = (at: number, side: number) => Math.min(Math.max(at, 0), side - 1);
    const expected = Array.from(planes, (_, i) => {
      const [c, row, col] = [Math.floor(i / rows / cols), Math.floor(i / cols) % rows, i % cols];
      let [sum, total] = [0, 0];
      for (let dy = -radius; dy <= radius; dy++) {
        for (let dx = -radius; dx <= radius; dx++) {
          const weight = Math.exp((-dy * dy - dx * dx) / (2 * sigma * sigma));
          sum += weight * planes[(c * rows + clamp(row + dy, rows)) * cols + clamp(col + dx, cols)]!;
          total += weight;
        }
      }
      return sum / total;
    });
    assertClose(atOnce(blurred(planes, [rows, cols], sigma)), expected, { atol: 1e-6, rtol: 1e-6 });
  });

  it('leaves flat planes as they are, and everything where sigma is 0', () => {
    const flat = Float32Array.from(planes, (_, i) => (i < rows * cols ? 3 : -2));
    assertClose(atOnce(blurred(flat, [rows, cols], 5)), flat, { atol: 0, rtol: 1e-6 });
    assert.deepEqual(atOnce(blurred(planes, [rows, cols], 0)), planes);
  });
});
