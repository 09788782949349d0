import assert from 'node:assert/strict';
import { classModel, type ClassModelOptions } from '#lib/visualise/class-model.js';
import { describeOnDevices } from '../../support/devices.js';
import { linear, preprocessing } from '../../support/linear-maps.js';
import { inceptionNet } from '../../support/nets.js';
import { withNetwork } from '../../support/networks.js';

describeOnDevices('classModel', (kind) => {
  const refused: readonly [title: string, cls: unknown, options: unknown, message: RegExp][] = [
    [
      'a negative lambda',
      0,
      { lambda: -1 },
      /^classModel: lambda must be a number of at least 0 in float32's range, got -1/,
    ],
    ['a lambda that is no number', 0, { lambda: NaN }, /lambda must be .*, got NaN/],
    ['a class beyond the last', 4, {}, /^classModel: class must be an integer from 0 to 3 .*, got 4/],
    ['no target', [], {}, /^classModel: class must be one target or an array of at least one, got \[\]/],
    ['a layer that does not exist', { layer: 'fcc' }, {}, /^classModel: layer .*got "fcc"; did you mean fc\?/],
    [
      'a unit outside its map',
      { layer: 'fc', channel: 4, row: 0, col: 0 },
      {},
      /target\.channel .* from 0 to 3, got 4/,
    ],
    [
      'an unknown option',
      0,
      { learningrate: 1 },
      /^classModel: unknown option learningrate; did you mean learningRate\?/,
    ],
    ['an unknown preset', 0, { preset: 'robot' }, /preset must be one of 'paper', 'robust', got "robot"/],
    ['a score for a layer', { layer: 'fc' }, { score: 'posterior' }, /score must be left out for a target in a layer/],
    [
      'a seed beyond 32 bits',
      0,
      { seed: [0, 2 ** 32] },
      /seed must be an integer from 0 to 4294967295, got 4294967296/,
    ],
    [
      'seeds where nothing is drawn by lot',
      0,
      { seed: [1, 2] },
      /seed must be one, got 2, whose models would be the same.*give noise or jitter/,
    ],
    ['null for a preset', 0, { preset: null }, /preset must be one of 'paper', 'robust', got null/],
    [
      'a rate beyond float32',
      0,
      { learningRate: 1e300 },
      /learningRate must be a number of at least 0 in float32's range/,
    ],
    [
      'a target of no form',
      { unit: 1 },
      {},
      /target must be a class, \{ layer \}, \{ class \}.*got an object with keys unit/,
    ],
  ];
  for (const [title, cls, options, message] of refused) {
    it(`refuses ${title}`, () =>
      withNetwork(
        linear,
        kind,
        (net) =>
          assert.rejects(classModel(net, cls as number, options as ClassModelOptions), {
            code: 'ERR_ARGUMENT',
            message,
          }),
        { preprocessing },
      ));
  }

  it('refuses a network without preprocessing', () =>
    withNetwork(linear, kind, (net) =>
      assert.rejects(classModel(net, 0), { code: 'ERR_ARGUMENT', message: /net must have preprocessing/ }),
    ));

  for (const steps of [1, 40]) {
    it(`refuses steps that lead to infinity, ${steps} of them`, async () => {
      const options = {
        optimiser: 'plain',
        schedule: 'constant',
        noise: 5,
        steps,
        learningRate: 1e30,
        lambda: 0,
      } as const;
      const refused = { code: 'ERR_ARGUMENT', message: /must stay finite.*smaller learningRate/ };
      const preprocessing = { channelOrder: 'RGB', range: 255 } as const;
      await withNetwork(inceptionNet(2), kind, (net) => assert.rejects(classModel(net, 0, options), refused), {
        preprocessing,
      });
    });
  }
});
