import assert from 'node:assert/strict';
import type { Network } from '#lib/net/network.js';
import type { Target } from '#lib/net/target.js';
import { reconstruct, type ReconstructOptions } from '#lib/visualise/reconstruct.js';
import { describeOnDevices } from '../../support/devices.js';
import { fireNet } from '../../support/nets.js';
import { inputFor, withNetwork } from '../../support/networks.js';

const fire = fireNet();
const input = inputFor(fire, 3);
const unit = { layer: 'squeeze', channel: 0, row: 0, col: 0 };

describeOnDevices('what reconstruct refuses', (kind) => {
  const refused: [title: string, target: unknown, options: object, message: RegExp][] = [
    ['no target', undefined, {}, /^reconstruct: target must be \{ class \}, .*, got undefined$/],
    ['a layer that does not exist', { layer: 'squeze', channel: 0 }, {}, /got "squeze"; did you mean squeeze/],
    [
      'a unit below its map',
      { ...unit, row: 5 },
      {},
      /^reconstruct: target\.row must be an integer from 0 to 4, got 5$/,
    ],
    ['a unit beside its map', { ...unit, col: -1 }, {}, /target\.col must be an integer from 0 to 3, got -1$/],
    ['a row without a col', { layer: 'squeeze', channel: 0, row: 1 }, {}, /target must be .* and nothing beside, got/],
    ['a channel that does not exist', { ...unit, channel: 4 }, {}, /target\.channel must be an integer from 0 to 3/],
    ['a class that does not exist', { class: 7 }, {}, /class must be an integer from 0 to 6/],
    ['a rule that does not exist', unit, { rule: 'deconv' }, /rule must be one of 'gradient', 'deconvnet', 'guided'/],
    [
      'a rule of LRN that does not exist',
      unit,
      { lrn: 'skip' },
      /lrn must be one of 'gradient', 'identity', got "skip"/,
    ],
    ['a score of a layer', unit, { score: 'posterior' }, /score must be left out for a target in a layer/],
    ['to a layer that does not exist', unit, { to: 'conv2' }, /layer must be one of the network's, got "conv2"/],
    [
      'to a layer behind the target',
      unit,
      { to: 'expand1' },
      /^reconstruct: the target must depend on "expand1", but "squeeze" does not; name a layer before it$/,
    ],
    [
      'to the ReLU that an unclipped score leaves out',
      { class: 1 },
      { to: 'relu10', score: 'unclipped' },
      /must depend on "relu10", but the score does not/,
    ],
    ['an option that is misspelt', unit, { rul: 'guided' }, /unknown option rul; did you mean rule\?/],
  ];
  for (const [title, target, options, message] of refused) {
    it(title, () =>
      withNetwork(fire, kind, (network) =>
        assert.rejects(reconstruct(network, input, target as Target, options as ReconstructOptions), {
          code: 'ERR_ARGUMENT',
          message,
        }),
      ),
    );
  }

  it('what is no network', () =>
    assert.rejects(reconstruct({} as Network, input, unit), { message: /^reconstruct: net must be a network/ }));

  it('an input of another shape', () =>
    withNetwork(fire, kind, (network) =>
      assert.rejects(reconstruct(network, inputFor(fire, 3, 0), unit), {
        code: 'ERR_SHAPE',
        message: /^reconstruct: img/,
      }),
    ));
});
