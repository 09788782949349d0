import assert from 'node:assert/strict';
import { array, type FloatArray } from '#lib/ndarray.js';
import type { Progress } from '#lib/net/call.js';
import type { Network } from '#lib/net/network.js';
import { reconstruct } from '#lib/visualise/reconstruct.js';
import type { ReconstructedUnit } from '#lib/visualise/reconstructed-target.js';
import { topActivations, type TopActivationsOptions, type TopUnit } from '#lib/visualise/top-activations.js';
import { describeOnDevices } from '../../support/devices.js';
import { noted } from '../../support/each-image.js';
import { fireNet, miniAlexNet } from '../../support/nets.js';
import { inputFor, withNetwork } from '../../support/networks.js';
import { picture } from '../../support/pictures.js';

const fire = fireNet();
const inputs = Array.from({ length: 7 }, (_, i) => inputFor(fire, 30 + i));

/** A part of [channels, rows, cols], and whether all else is 0. */
function cut({ data, shape }: FloatArray, { top, left, rows, cols }: TopUnit['field']) {
  const [inside, outside]: [number[], number[]] = [[], []];
  data.forEach((value, i) => {
    const [row, col] = [Math.floor(i / shape[2]!) % shape[1]!, i % shape[2]!];
    const within = row >= top && row < top + rows && col >= left && col < left + cols;
    (within ? inside : outside).push(value);
  });
  return { inside, zeroOutside: outside.every((value) => value === 0) };
}

/** What reconstruct says of every image, sorted. */
async function bySorting(net: Network, layer: string, channel: number, count: number, options: TopActivationsOptions) {
  const all = await reconstruct(net, inputs, { layer, channel }, options);
  const units = all.map((one, image) => ({ ...one, ...(one.target as ReconstructedUnit), image }));
  const excited = units.filter(({ value }) => value > 0);
  return excited.sort((a, b) => b.value - a.value || a.image - b.image).slice(0, count);
}

describeOnDevices('topActivations', (kind) => {
  for (const [layer, rule] of [
    ['relu_expand3', 'deconvnet'],
    ['expand3', 'deconvnet'],
    ['concat', 'guided'],
    ['conv1', 'gradient'],
  ] as const) {
    it(`finds what sorting all reconstructions of ${layer} finds, by ${rule}`, () =>
      withNetwork(fire, kind, async (net) => {
        const tops = await topActivations(net, inputs, layer, { count: 3, rule, channels: [4, 0, 2] });
        assert.deepEqual(tops.map(({ channel }) => channel), [4, 0, 2]); // prettier-ignore
        for (const { channel, units } of tops) {
          const expected = await bySorting(net, layer, channel, 3, { rule });
          assert.equal(units.length, expected.length);
          units.forEach((unit, i) => {
            const { image, row, col, value, reconstruction } = expected[i]!;
            assert.deepEqual([unit.image, unit.row, unit.col, unit.value], [image, row, col, value]);
            const { inside, zeroOutside } = cut(reconstruction, unit.field);
            assert.ok(zeroOutside, 'nothing outside of the receptive field');
            assert.deepEqual(unit.reconstruction.shape, [3, unit.field.rows, unit.field.cols]);
            assert.deepEqual([...unit.reconstruction.data], inside);
            assert.equal(unit.zero, expected[i]!.zero);
            assert.equal(unit.patch, null, 'a net without preprocessing');
          });
        }
      }));
  }

  it('takes class scores, whose field is all that they see, and passes LRN as told', async () => {
    const mini = miniAlexNet();
    const some = [1, 2, 3].map((seed) => inputFor(mini, seed));
    await withNetwork(mini, kind, async (net) => {
      const [top] = await topActivations(net, some, 'fc7', { channels: [3], lrn: 'identity', count: 3 });
      assert.equal(top!.units.length, 3, 'scores may be negative');
      for (const { image, field, reconstruction, row, col } of top!.units) {
        assert.deepEqual([row, col], [0, 0]);
        const whole = await reconstruct(net, some[image]!, { class: 3 }, { lrn: 'identity' });
        assert.deepEqual([...reconstruction.data], cut(whole.reconstruction, field).inside);
      }
    });
  });

  it('leaves out a unit that sees nothing but padding, although it is the strongest', async () => {
    const net = fireNet();
    net.weights.get('conv10.weight')!.data.fill(-1, 0, 12); // what comes in is never negative
    net.weights.get('conv10.bias')!.data[0] = 1;
    await withNetwork(net, kind, async (network) => {
      const tops = await topActivations(network, inputs, 'relu10', { channels: [0, 1] });
      assert.deepEqual(tops[0], { channel: 0, units: [] });
    });
  });

  it('gives the patch of the image that each unit saw', () =>
    withNetwork(
      fire,
      kind,
      async (net) => {
        const images = [1, 2, 3].map((seed) => picture(seed, 21, 19));
        const [top] = await topActivations(net, images, 'concat', { channels: [7], count: 2 });
        for (const { image, field, patch } of top!.units) {
          const { top, left, rows, cols } = field;
          const seen = images[image]!.lo(top, left, 0).hi(rows, cols, 3);
          assert.deepEqual(patch!.shape, [rows, cols, 3]);
          for (let i = 0; i < rows * cols * 3; i++) {
            const at = [Math.floor(i / cols / 3), Math.floor(i / 3) % cols, i % 3] as const;
            assert.equal(patch!.get(...at), seen.get(...at));
          }
        }
      },
      {
        preprocessing: {
          ...{ channelOrder: 'BGR', range: 1, mean: [0.4, 0.5, 0.6], std: [0.2, 0.3, 0.4] },
          resize: { rows: 21, cols: 19 },
        },
      },
    ));

  it('gives the same of an array, of batches and of an iterable, which it reads once and closes', () =>
    withNetwork(fire, kind, async (net) => {
      const options = { channels: [1, 5], count: 2 };
      const expected = await topActivations(net, inputs, 'relu_expand1', options);
      const { notes, source } = noted(inputs);
      assert.deepEqual(await topActivations(net, source, 'relu_expand1', options), expected);
      assert.deepEqual(notes, { read: 7, closed: true });
      const batch = array(Float32Array.from(inputs.slice(1, 4).flatMap(({ data }) => [...data])), [3, 3, 21, 19]);
      const mixed = await topActivations(net, [inputs[0]!, batch, ...inputs.slice(4)], 'relu_expand1', options);
      const places = (tops: typeof mixed) =>
        tops.map(({ units }) => units.map(({ image, row, col }) => [image, row, col]));
      assert.deepEqual(places(mixed), places(expected));
    }));

  it('takes the earlier of equal images', () =>
    withNetwork(fire, kind, async (net) => {
      const [one, two] = inputs as [FloatArray, FloatArray];
      const tops = await topActivations(net, [one, two, one, two, one], 'relu_squeeze', { count: 4 });
      assert.equal(tops.length, 4, 'all channels unless told otherwise');
      for (const { units } of tops.filter(({ units }) => units.length === 4)) {
        const images = units.map(({ image }) => image);
        assert.ok(['0,2,4,1', '1,3,0,2'].includes(images.join()), images.join());
      }
      assert.ok(tops.some(({ units }) => units.length === 4));
    }));

  it('tells how far it is, and stops at a signal', () =>
    withNetwork(fire, kind, async (net) => {
      const seen: Progress[] = [];
      const options = { channels: [0], onProgress: (progress: Progress) => seen.push(progress) };
      await topActivations(net, inputs.slice(0, 2), 'squeeze', options);
      assert.deepEqual(seen, [
        { done: 1, total: 2, stage: 'topActivations' },
        { done: 2, total: 2, stage: 'topActivations' },
      ]);
      const stop = new AbortController();
      const onProgress = () => stop.abort(new Error('enough'));
      const { notes, source } = noted(inputs);
      const stopped = topActivations(net, source, 'squeeze', { signal: stop.signal, onProgress });
      await assert.rejects(stopped, { message: 'enough' });
      assert.ok(notes.read < 7);
    }));

  const refused: [title: string, layer: string, options: object, message: RegExp][] = [
    ['a layer that does not exist', 'squeze', {}, /^topActivations: layer .* got "squeze"; did you mean squeeze/],
    [
      'a channel that does not exist',
      'squeeze',
      { channels: [0, 4] },
      /channels\[1\] must be an integer from 0 to 3, got 4/,
    ],
    ['no channels', 'squeeze', { channels: [] }, /channels must be an array of at least one channel, got \[\]/],
    ['no units', 'squeeze', { count: 0 }, /count must be an integer of at least 1, got 0/],
    ['an unknown rule', 'squeeze', { rule: 'none' }, /rule must be one of/],
    ['no rule', 'squeeze', { rule: '' }, /rule must be one of .* got ""/],
    ['null for a rule', 'squeeze', { rule: null }, /rule must be one of .* got null/],
    ['null for how LRN passes', 'squeeze', { lrn: null }, /lrn must be one of .* got null/],
    ['an option of reconstruct alone', 'squeeze', { to: 'conv1' }, /unknown option to/],
  ];
  for (const [title, layer, options, message] of refused) {
    it(`refuses ${title}`, () =>
      withNetwork(fire, kind, (net) =>
        assert.rejects(topActivations(net, inputs, layer, options as TopActivationsOptions), {
          code: 'ERR_ARGUMENT',
          message,
        }),
      ));
  }

  it('refuses one image, an image that is none, and what is no network', () =>
    withNetwork(fire, kind, async (net) => {
      const one = topActivations(net, inputs[0] as unknown as FloatArray[], 'squeeze');
      await assert.rejects(one, { message: /images must be an array of images or an async iterable/ });
      const odd = topActivations(net, [inputs[0]!, 5 as unknown as FloatArray], 'squeeze');
      await assert.rejects(odd, { message: /^topActivations: img\[1\] must be/ });
      await assert.rejects(topActivations({} as Network, inputs, 'squeeze'), { message: /net must be a network/ });
    }));
});
