import assert from 'node:assert/strict';
import { graphCut } from '#lib/localise/graph-cut.js';
import { segment } from '#lib/localise/segment.js';
import { colourImage, openDevice, type Device } from '#lib/device/index.js';
import { fitModels } from '#lib/localise/colour-models.js';
import { segmentSettings } from '#lib/localise/segment-settings.js';
import {
  referenceGrid,
  referenceModel,
  type ReferenceComponent,
  type Vector,
} from '../../support/reference-segmentation.js';
import { disc } from '../../support/scenes.js';

describe('the energy of iseg', () => {
  const [rows, cols] = [40, 50];
  const { img, map } = disc({ rows, cols, row: 19, col: 24, radius: 9 }, 4);
  const colours = Array.from({ length: rows * cols }, (_, i) => [...img.data.subarray(3 * i, 3 * i + 3)]).map(
    (levels) => levels.map((level) => level / 255) as unknown as Vector,
  );
  const chosen = (marks: { readonly data: Uint8Array }) => colours.filter((_, i) => marks.data[i] === 1);

  let device: Device;
  before(async () => (device = await openDevice('cpu')));
  after(() => device.dispose());

  it('is what its definition gives in float64: capacities within rounding', async () => {
    const options = { workSize: 'full', clamps: false, keepGrid: true, device } as const;
    const { grid, seeds } = await segment(map, img, options);
    const foreground = referenceModel(chosen(seeds.foreground), 5, 1e-4);
    const background = referenceModel(chosen(seeds.background), 5, 1e-4);
    const expected = referenceGrid(colours, [rows, cols], foreground, background);
    for (const kind of ['source', 'sink', 'right', 'down'] as const) {
      grid![kind].forEach((capacity, i) => {
        const wanted = expected[kind][i]!;
        const off = Math.abs(capacity - wanted);
        assert.ok(off <= 0.5 + 1e-5 * wanted, `${kind}[${i}] is ${capacity}, expected ${wanted}`);
      });
    }
  });

  it('has the colour models of its definition', async () => {
    const { seeds } = await segment(map, img, { workSize: 'full', device });
    const marks = { foreground: seeds.foreground.data, background: seeds.background.data };
    const pixels = colourImage({ shape: [rows, cols], image: img.data });
    const { foreground } = await fitModels(pixels, marks, segmentSettings('test', {}));
    pixels.dispose();
    const expected = referenceModel(chosen(seeds.foreground), 5, 1e-4);
    const numbers = expected.flatMap(({ weight, mean, covariance: [r, g, b] }: ReferenceComponent) => {
      return [weight, ...mean, ...r!, g![1], g![2], b![2]];
    });
    assert.equal(foreground.length, numbers.length);
    // The order of clusters is the same too: the upper part of a split comes last.
    foreground.forEach((number, i) =>
      assert.ok(Math.abs(number - numbers[i]!) < 1e-9, `${i}: ${number}, ${numbers[i]}`),
    );
  });

  it('keeps the label of clamped pixels, whatever their colour', async () => {
    const none = new Uint8Array(rows * cols);
    const { seeds } = await segment(map, img, { workSize: 'full', device });
    const marks = { foreground: seeds.foreground.data, background: seeds.background.data };
    const only = (i: number) => none.map((_, at) => Number(at === i));
    const inBackground = 3 * cols + 3;
    const inForeground = 19 * cols + 24;
    const clamps = { foreground: only(inBackground), background: only(inForeground) };
    const image = { rows, cols, colours: img.data };
    const cut = await graphCut(image, marks, clamps, segmentSettings('test', {}), { device, signal: undefined });
    assert.deepEqual([cut.foreground[inBackground], cut.foreground[inForeground]], [1, 0]);
    assert.equal(cut.grid.source[inBackground], 2 ** 27 - 1);
  });
});
