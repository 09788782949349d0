import assert from 'node:assert/strict';
import { colourNames, colourTable, lastColour, type Colours } from '#lib/image/colours.js';
import { fixture, readJson } from '../../support/shared.js';

/** CIELAB of an sRGB colour under D65: [L, a, b]. */
function labOf([red, green, blue]: readonly [number, number, number]): [number, number, number] {
  const [r, g, b] = [red, green, blue].map((level) => {
    const x = level / 255;
    return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const [x, y, z] = [
    (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047,
    0.2126729 * r + 0.7151522 * g + 0.072175 * b,
    (0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883,
  ].map((t) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116)) as [number, number, number];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function labsOf(colours: Colours): [number, number, number][] {
  const table = colourTable(colours);
  return Array.from({ length: lastColour + 1 }, (_, i) => labOf([table[3 * i]!, table[3 * i + 1]!, table[3 * i + 2]!]));
}

const lightness = (colours: Colours) => labsOf(colours).map(([L]) => L);

/** By how much numbers differ from the straight line between their first and last. */
function fromLine(values: readonly number[]): number {
  const [first, last] = [values[0]!, values.at(-1)!];
  return Math.max(...values.map((value, i) => Math.abs(value - first - ((last - first) * i) / (values.length - 1))));
}

describe('colourTable', () => {
  it('has an odd number of colours, and no more than the palette of a PNG', () => {
    for (const name of colourNames) assert.equal(colourTable(name).length, 255 * 3);
  });

  for (const name of ['inferno', 'viridis'] as const) {
    it(`is matplotlib's ${name} within a level`, () => {
      const original = Buffer.from(readJson<Record<string, string>>(fixture('colour-maps.json'))[name]!, 'hex');
      assert.equal(original.length, 256 * 3);
      const table = colourTable(name);
      for (let i = 0; i <= lastColour; i++) {
        const place = (i * 255) / lastColour;
        const before = Math.min(Math.floor(place), 254);
        for (let c = 0; c < 3; c++) {
          const [a, b] = [original[3 * before + c]!, original[3 * (before + 1) + c]!];
          const expected = a + (b - a) * (place - before);
          // half a level of each rounding more
          assert.ok(Math.abs(table[3 * i + c]! - expected) < 1.5, `${name}[${i}][${c}]: ${expected}`);
        }
      }
    });
  }

  for (const [name, bend] of [
    ['inferno', 6],
    ['viridis', 2.5],
    ['grey', 4],
  ] as const) {
    it(`${name} gets lighter at a steady pace, by CIELAB's L`, () => {
      const values = lightness(name);
      // viridis's last blues lose 0.03 by rounding
      for (let i = 1; i < values.length; i++) assert.ok(values[i]! > values[i - 1]! - 0.05, `${name} at ${i}`);
      assert.ok(values.at(-1)! - values[0]! > 70);
      assert.ok(fromLine(values) < bend, `${name} leaves the line by ${fromLine(values)}`);
    });
  }

  it('jet does not, which is why it is for comparisons only', () => {
    assert.ok(lightness('jet').some((value, i, all) => value < all[i - 1]! - 0.2));
  });

  it('diverging is white at 0 and as dark at -x as at x, at a steady pace', () => {
    const values = lightness('diverging');
    const [, a, b] = labsOf('diverging')[127]!;
    assert.ok(values[127]! > 96 && Math.hypot(a, b) < 0.5);
    for (let i = 0; i < 127; i++) {
      assert.ok(Math.abs(values[i]! - values[254 - i]!) < 0.5, `${i}: ${values[i]} and ${values[254 - i]}`);
      assert.ok(values[i]! < values[i + 1]!, `blue at ${i}`);
      assert.ok(values[254 - i]! < values[253 - i]!, `red at ${254 - i}`);
    }
    assert.ok(fromLine(values.slice(0, 128)) < 1 && fromLine(values.slice(127)) < 1);
  });

  it('diverging has blues and reds of about equal chroma', () => {
    const chroma = labsOf('diverging').map(([, a, b]) => Math.hypot(a, b));
    for (let i = 0; i < 127; i++) assert.ok(Math.abs(chroma[i]! - chroma[254 - i]!) < 3, `${i}`);
    const [blue, red] = [labsOf('diverging')[40]!, labsOf('diverging')[214]!];
    assert.ok(blue[2] < -30 && red[1] > 25);
  });
});
