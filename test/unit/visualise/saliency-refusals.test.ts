import assert from 'node:assert/strict';
import { array } from '#lib/ndarray.js';
import type { Network } from '#lib/net/network.js';
import { saliency, type SaliencyOptions } from '#lib/visualise/saliency.js';
import { describeOnDevices } from '../../support/devices.js';
import { linearNet } from '../../support/nets.js';
import { withNetwork } from '../../support/networks.js';
import { Random } from '../../support/random.js';

const linear = linearNet();
const input = array(new Random(3).normals(60), [3, 5, 4]);

describeOnDevices('what saliency refuses', (kind) => {
  const refused: [title: string, cls: unknown, options: object, message: RegExp][] = [
    ['a class that does not exist', 4, {}, /saliency: class must be an integer from 0 to 3 or a class name, got 4$/],
    ['no class at all', [], {}, /class must be one class or an array of at least one/],
    ['a frame that does not exist', 1, { frame: 'whole' }, /frame must be one of 'input', 'image', got "whole"/],
    ["the image's frame for an input", 1, { frame: 'image' }, /frame 'image' needs an image, got an input/],
    ['a sign that is no boolean', 1, { signed: 1 }, /signed must be true or false, got 1/],
    ['a frame that is null', 1, { frame: null }, /frame must be one of 'input', 'image', got null/],
    ['ten crops of an input', 1, { tenCrops: true }, /img must be a uint8 image where tenCrops.*leave tenCrops out$/],
    ['a region without ten crops', 1, { region: 'square' }, /region must be left out.*add tenCrops: true$/],
    ['a way to merge one crop', 1, { merge: 'sum' }, /merge must be left out.*got "sum"; add tenCrops: true$/],
    ['an unknown way to merge', 1, { tenCrops: true, merge: 'mean' }, /merge must be one of 'coverage', 'sum'/],
    ['an option that is misspelt', 1, { tenCrop: true }, /unknown option tenCrop; did you mean tenCrops\?/],
  ];
  for (const [title, cls, options, message] of refused) {
    it(title, () =>
      withNetwork(linear, kind, (net) =>
        assert.rejects(saliency(net, input, cls as number, options as SaliencyOptions), {
          code: 'ERR_ARGUMENT',
          message,
        }),
      ),
    );
  }

  it('different numbers of classes within a batch', () =>
    withNetwork(linear, kind, (net) =>
      assert.rejects(
        saliency(net, array(new Float32Array(120), [2, 3, 5, 4]), (i: number) => [0, 1].slice(i)),
        {
          code: 'ERR_ARGUMENT',
          message: /the same number of classes for every image of a batch, got \[2, 1\]/,
        },
      ),
    ));

  it('an image of an array, which it names', () =>
    withNetwork(linear, kind, (net) =>
      assert.rejects(saliency(net, [input, , input] as never), {
        message: /^saliency: img\[1\] must be .*got undefined$/,
      }),
    ));

  it('what is no network', () =>
    assert.rejects(saliency({} as Network, input), {
      code: 'ERR_ARGUMENT',
      message: /saliency: net must be a network/,
    }));
});
