import assert from 'node:assert/strict';
import { openDevice } from '#lib/device/index.js';
import { graphCut } from '#lib/localise/graph-cut.js';
import { segmentSettings } from '#lib/localise/segment-settings.js';
import { segment } from '#lib/localise/segment.js';
import { array } from '#lib/ndarray.js';
import { disc } from '../../support/scenes.js';

describe('segment refuses', () => {
  const { img, map } = disc({ rows: 20, cols: 30, row: 9, col: 14, radius: 5 });
  const other = array(new Float32Array(600), [30, 20]);

  const refused: [title: string, call: () => Promise<unknown>, code: string, message: RegExp][] = [
    [
      'a map of another size',
      () => segment(other, img),
      'ERR_SHAPE',
      /^segment: map must have the image's size \[20, 30\], got \[30, 20\]; make the map with frame: 'image'$/,
    ],
    [
      'a batch of maps',
      () => segment(array(new Float32Array(600), [1, 20, 30]), img),
      'ERR_SHAPE',
      /map must be \[rows, cols\]/,
    ],
    [
      'a map of bytes',
      () => segment(array(new Uint8Array(600), [20, 30]) as never, img),
      'ERR_DTYPE',
      /map must hold float32/,
    ],
    [
      'an image of floats',
      () => segment(map, array(new Float32Array(1800), [20, 30, 3]) as never),
      'ERR_DTYPE',
      /img must hold uint8/,
    ],
    [
      'an image of two channels',
      () => segment(map, array(new Uint8Array(1200), [20, 30, 2])),
      'ERR_SHAPE',
      /img must be \[rows, cols, 1 \| 3 \| 4\]/,
    ],
    ['no map', () => segment(null as never, img), 'ERR_ARGUMENT', /map must be a Float32 ndarray/],
    [
      'an unknown option',
      () => segment(map, img, { gama: 5 } as never),
      'ERR_ARGUMENT',
      /unknown option gama; did you mean gamma/,
    ],
    [
      'a setting out of range',
      () => segment(map, img, { components: 0 }),
      'ERR_ARGUMENT',
      /segment: components must be/,
    ],
    [
      'keepGrid that is no boolean',
      () => segment(map, img, { keepGrid: 1 as never }),
      'ERR_ARGUMENT',
      /keepGrid must be true or false/,
    ],
    ['an unknown device', () => segment(map, img, { device: 'gpu' as never }), 'ERR_ARGUMENT', /device must be/],
    ['a signal that is none', () => segment(map, img, { signal: 1 as never }), 'ERR_ARGUMENT', /signal must be/],
  ];
  for (const [title, call, code, message] of refused) {
    it(title, () => assert.rejects(call, { code, message }));
  }

  it('a map with a NaN, and names its place', async () => {
    for (const value of [NaN, Infinity]) {
      const broken = array(map.data.slice(), [20, 30]);
      broken.set(3, 4, value);
      const message = `segment: map must be finite, got ${value} at [row, col] [3, 4]`;
      await assert.rejects(segment(broken, img), { code: 'ERR_ARGUMENT', message });
    }
  });

  it('a seen mask of another shape', async () => {
    const wrong = Object.assign(array(map.data.slice(), [20, 30]), { seen: array(new Uint8Array(6), [2, 3]) });
    await assert.rejects(segment(wrong, img), {
      code: 'ERR_ARGUMENT',
      message: /map.seen must be null or a uint8 mask/,
    });
  });

  it('a device that was disposed of', async () => {
    const device = await openDevice('cpu');
    device.dispose();
    await assert.rejects(segment(map, img, { device }), { code: 'ERR_DISPOSED' });
  });

  it('a device that is disposed of meanwhile, and says so itself', async () => {
    const device = await openDevice('cpu');
    const segmenting = segment(map, img, { device });
    device.dispose();
    await assert.rejects(segmenting, {
      code: 'ERR_DISPOSED',
      message: 'segment: its cpu device was disposed of before the end; wait for the result first',
    });
  });

  it('to go on once it is aborted', async () => {
    const reason = new Error('enough');
    await assert.rejects(segment(map, img, { signal: AbortSignal.abort(reason) }), reason);
    const controller = new AbortController();
    const segmenting = segment(map, img, { signal: controller.signal, device: 'cpu' });
    controller.abort(reason);
    await assert.rejects(segmenting, reason);
  });

  it('to compute on what nobody waits for', async () => {
    const [rows, cols] = [600, 800];
    const colours = new Uint8Array(rows * cols * 3).map((_, i) => (i * i * 31) >>> 8);
    const half = (of: number) => new Uint8Array(rows * cols).map((_, i) => Number(i % 2 === of));
    const marks = { foreground: half(0), background: half(1) };
    // Noise takes all rounds: minutes.
    const settings = segmentSettings('test', { clustering: 'k-means', components: 64, rounds: 1000 });
    const device = await openDevice('cpu');
    const controller = new AbortController();
    const cutting = graphCut({ rows, cols, colours }, marks, null, settings, { device, signal: controller.signal });
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 20);
    await assert.rejects(cutting, reason);
    device.dispose();
  });
});
