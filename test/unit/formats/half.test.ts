import assert from 'node:assert/strict';
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from '#lib/formats/half.js';
import { Random } from '../../support/random.js';

const everyPattern = Uint16Array.from({ length: 0x10000 }, (_, i) => i);

interface HalfFormat {
  readonly from: (patterns: Uint16Array) => Float32Array;
  readonly to: (values: Float32Array) => Uint16Array;
  /** Bits of the fraction, and the exponent of the smallest normal number. */
  readonly fraction: number;
  readonly lowest: number;
  readonly largest: number;
}

const formats: Record<string, HalfFormat> = {
  float16: { from: fromFloat16, to: toFloat16, fraction: 10, lowest: -14, largest: 65504 },
  bfloat16: { from: fromBfloat16, to: toBfloat16, fraction: 7, lowest: -126, largest: 2 ** 127 * (2 - 2 ** -7) },
};

/** The definition: the nearest multiple of the spacing at `value`, ties to even, beyond half a step infinity. */
function rounded(value: number, { fraction, lowest, largest }: HalfFormat): number {
  const magnitude = Math.abs(value);
  const exponent = Math.max(lowest, Math.floor(Math.log2(magnitude || Number.MIN_VALUE)));
  const spacing = 2 ** (exponent - fraction);
  const quotient = magnitude / spacing;
  const below = Math.floor(quotient);
  const rest = quotient - below;
  const steps = rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
  const result = steps * spacing > largest ? Infinity : steps * spacing;
  return value < 0 || Object.is(value, -0) ? -result : result;
}

for (const [name, format] of Object.entries(formats)) {
  describe(name, () => {
    it('keeps every one of its 65,536 patterns through float32, NaN as NaN', () => {
      const values = format.from(everyPattern);
      const back = format.to(values);
      everyPattern.forEach((pattern, i) => {
        if (Number.isNaN(values[i])) assert(Number.isNaN(format.from(back.subarray(i, i + 1))[0]));
        else assert.equal(back[i], pattern);
      });
    });

    it('rounds to the nearest value, ties to even, at and around every midpoint', () => {
      const values = format.from(everyPattern).filter((value) => value >= 0 && value < format.largest);
      const midpoints = Float32Array.from(values, (value, i) => (value + (values[i + 1] ?? format.largest)) / 2);
      const words = new Uint32Array(midpoints.buffer);
      for (const step of [-1, 0, 1]) {
        const shifted = new Float32Array(words.map((word) => word + step).buffer);
        const expected = Float32Array.from(shifted, (value) => rounded(value, format));
        assert.deepEqual(format.from(format.to(shifted)), expected);
      }
    });

    it('rounds a thousand random numbers of all sizes as the definition does', () => {
      const random = new Random(1);
      const values = Float32Array.from({ length: 1000 }, () => random.uniform(-1, 1) * 2 ** random.integer(-149, 127));
      const expected = Float32Array.from(values, (value) => rounded(value, format));
      assert.deepEqual(format.from(format.to(values)), expected);
    });

    it('keeps signed zeros and infinities', () => {
      const values = Float32Array.of(0, -0, Infinity, -Infinity);
      assert.deepEqual(format.from(format.to(values)), values);
    });
  });
}

describe('float16', () => {
  it('has the values that IEEE 754 lists', () => {
    const patterns = Uint16Array.of(0x0001, 0x03ff, 0x0400, 0x3555, 0x3c00, 0x7bff, 0xc000, 0x7c00);
    const values = [2 ** -24, 1023 * 2 ** -24, 2 ** -14, 0.333251953125, 1, 65504, -2, Infinity];
    assert.deepEqual([...fromFloat16(patterns)], values);
  });

  it('becomes infinite from 65520 on, the middle between its largest value and the next', () => {
    assert.deepEqual([...toFloat16(Float32Array.of(65519.996, 65520))], [0x7bff, 0x7c00]);
  });

  it('reads a part of a larger array', () => {
    assert.deepEqual([...toFloat16(Float32Array.of(5, 1, 2).subarray(1))], [0x3c00, 0x4000]);
  });
});
