import assert from 'node:assert/strict';
import type { ReluRule } from '#lib/device/index.js';
import { array } from '#lib/ndarray.js';
import type { GradientOptions } from '#lib/net/gradient-request.js';
import type { Target } from '#lib/net/target.js';
import { describeOnDevices } from '../../support/devices.js';
import { fireNet } from '../../support/nets.js';
import { withNetwork } from '../../support/networks.js';
import { Random } from '../../support/random.js';

const fire = fireNet();
const input = array(new Random(3).distinct(3 * 21 * 19), [3, 21, 19]);

describeOnDevices('what net.gradient refuses', (kind) => {
  const weights = array(new Float32Array(3), [3]);
  const refused: [title: string, target: unknown, options: GradientOptions, code: string, message: RegExp][] = [
    ['no target', undefined, {}, 'ERR_ARGUMENT', /target must be \{ class \}, .*, got undefined/],
    ['half a target', { layer: 'conv1' }, {}, 'ERR_ARGUMENT', /target must be/],
    ['a target of two kinds', { class: 1, layer: 'conv1', channel: 1 }, {}, 'ERR_ARGUMENT', /nothing beside/],
    [
      'a class that does not exist',
      { class: 7 },
      {},
      'ERR_ARGUMENT',
      /class must be an integer from 0 to 6 .*, got 7$/,
    ],
    ['an empty contrast', { classes: {} }, {}, 'ERR_ARGUMENT', /target\.classes must be/],
    [
      'a contrast without a number',
      { classes: { 1: NaN } },
      {},
      'ERR_ARGUMENT',
      /target\.classes\["1"\] must be a number from .*, got NaN/,
    ],
    [
      'a contrast beyond float32',
      { classes: { 1: 1e39 } },
      {},
      'ERR_ARGUMENT',
      /target\.classes\["1"\] must be a number from -3\.4\d*e\+38 to 3\.4\d*e\+38, got 1e\+39/,
    ],
    [
      'weights that are not finite',
      { layer: 'squeeze', weights: array(new Float32Array(80).fill(NaN, 79), [4, 5, 4]) },
      {},
      'ERR_ARGUMENT',
      /target\.weights must be finite, got NaN/,
    ],
    [
      'a channel that does not exist',
      { layer: 'squeeze', channel: 4 },
      {},
      'ERR_ARGUMENT',
      /channel must be an integer from 0 to 3, got 4/,
    ],
    [
      'a row outside',
      { layer: 'squeeze', channel: 0, row: 5, col: 0 },
      {},
      'ERR_ARGUMENT',
      /row must be an integer from 0 to 4, got 5/,
    ],
    [
      'weights of another shape',
      { layer: 'squeeze', weights },
      {},
      'ERR_SHAPE',
      /must be \[4, 5, 4\] as the layer, got \[3\]/,
    ],
    [
      'weights with too few numbers',
      { layer: 'squeeze', weights: array(new Float32Array(3), [4, 5, 4]) },
      {},
      'ERR_SHAPE',
      /weights must hold the elements of its shape \[4, 5, 4\], got 3 numbers/,
    ],
    [
      'weights without strides and with too few numbers',
      { layer: 'squeeze', weights: { shape: [4, 5, 4], data: new Float32Array(3) } },
      {},
      'ERR_SHAPE',
      /weights must hold the elements of its shape \[4, 5, 4\], got 3 numbers/,
    ],
    [
      'weights that are no array',
      { layer: 'squeeze', weights: [1] },
      {},
      'ERR_ARGUMENT',
      /a float32 ndarray \[4, 5, 4\]/,
    ],
    [
      'a destination after the target',
      { layer: 'squeeze', channel: 0 },
      { to: 'expand1' },
      'ERR_ARGUMENT',
      /must depend on "expand1"/,
    ],
    ['an unknown rule', { class: 1 }, { rule: 'relu' as ReluRule }, 'ERR_ARGUMENT', /rule must be one of 'gradient'/],
    [
      'a score for a layer',
      { layer: 'squeeze', channel: 0 },
      { score: 'posterior' },
      'ERR_ARGUMENT',
      /score must be left out/,
    ],
  ];
  for (const [title, target, options, code, message] of refused) {
    it(title, () =>
      withNetwork(fire, kind, (network) =>
        assert.rejects(network.gradient(input, target as Target, options), { code, message }),
      ),
    );
  }
});
