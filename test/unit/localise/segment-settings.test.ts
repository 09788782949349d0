import assert from 'node:assert/strict';
import { presets } from '#lib/localise/presets.js';
import { segmentSettings } from '#lib/localise/segment-settings.js';

const settings = (given: object = {}) => segmentSettings('segment', given);

describe('segmentSettings', () => {
  it("are iseg's unless told otherwise, or grabcut's", () => {
    assert.deepEqual(settings(), presets.iseg);
    assert.deepEqual(settings({ preset: 'grabcut', gamma: undefined }), presets.grabcut);
    const { gamma, neighbours, uniform, cap, beta, iterations } = settings();
    assert.deepEqual([gamma, neighbours, uniform, cap, beta, iterations], [150, 4, 0.05, 100, 'iseg', 1]);
  });

  it('are those that are given instead, limits one by one', () => {
    const { components, clamps, quantiles } = settings({
      components: 3,
      clamps: false,
      quantiles: { foreground: 0.9 },
    });
    assert.deepEqual([components, clamps, quantiles], [3, false, { foreground: 0.9, background: 0.3 }]);
    assert.deepEqual(settings({ clamps: { background: 0.1, foreground: undefined } }).clamps, {
      foreground: 0.995,
      background: 0.1,
    });
  });

  it('have rounds and a seed with k-means alone, and may be given as they came', () => {
    const kMeans = ({ rounds, seed }: ReturnType<typeof settings>) => [rounds, seed];
    assert.deepEqual(kMeans(settings()), [null, null]);
    assert.deepEqual(kMeans(settings({ preset: 'grabcut', clustering: 'binary-split' })), [null, null]);
    assert.deepEqual(kMeans(settings({ clustering: 'k-means' })), [10, 0]);
    assert.deepEqual(kMeans(settings({ preset: 'grabcut', seed: 4 })), [10, 4]);
    for (const whole of [settings(), settings({ preset: 'grabcut', rounds: 3 })])
      assert.deepEqual(settings(whole), whole);
  });

  it('refuse whatever is out of range, with its name and value', () => {
    const refused: [object, RegExp][] = [
      [{ preset: 'isegg' }, /preset must be one of 'iseg', 'grabcut', got "isegg"/],
      [{ workSize: 0 }, /workSize must be an integer from 1 to 8192, got 0/],
      [{ workSize: 'half' }, /workSize must be an integer from 1 to 8192 or 'full', got "half"/],
      [{ quantiles: 0.9 }, /quantiles must be \{ foreground, background \} from 0 to 1, got 0.9/],
      [{ quantiles: { foreground: 1.5 } }, /quantiles.foreground must be a number from 0 to 1, got 1.5/],
      [{ quantiles: { foreground: 0.2 } }, /quantiles.background must be at most quantiles.foreground, 0.2, got 0.3/],
      [{ quantiles: { forground: 0.9 } }, /segment: quantiles: unknown option forground; did you mean foreground/],
      [{ clamps: true }, /clamps must be \{ foreground, background \} from 0 to 1 \(or clamps: false\), got true/],
      [{ clamps: { background: NaN } }, /clamps.background must be a number from 0 to 1, got NaN/],
      [{ components: 65 }, /components must be an integer from 1 to 64, got 65/],
      [{ clustering: 'em' }, /clustering must be one of 'binary-split', 'k-means', got "em"/],
      [{ preset: 'grabcut', rounds: 0 }, /rounds must be an integer from 1 to 1000, got 0/],
      [{ clustering: 'k-means', seed: -1 }, /seed must be an integer of at least 0, got -1/],
      [{ seed: 3 }, /seed must be left out where clustering is not 'k-means', got 3/],
      [{ preset: 'grabcut', clustering: 'binary-split', rounds: 9 }, /rounds must be left out where clustering is/],
      [{ covarianceFloor: 0 }, /covarianceFloor must be a number from 1e-9 to 0.5, got 0/],
      [{ uniform: 1 }, /uniform must be a number from 0 to 0.999, got 1/],
      [{ cap: -1 }, /cap must be a number from 0 to 1000000, got -1/],
      [{ gamma: -1 }, /gamma must be a number from 0 to 1000000, got -1/],
      [{ beta: 'mean' }, /beta must be 'iseg', 'grabcut' or a number, got "mean"/],
      [{ beta: -1 }, /beta must be a number from 0 to 1000000000000, got -1/],
      [{ neighbours: 6 }, /neighbours must be 4 or 8, got 6/],
      [{ scale: Infinity }, /scale must be a finite number above 0, got Infinity/],
      [{ scale: 0 }, /scale must be a finite number above 0, got 0/],
      [{ scale: 2e5 }, /scale must be a number from 0 to 100000, got 200000/],
      [{ gamma: 1e6, scale: 9 }, /gamma \* scale must be below 2\^23, the largest edge that is cut, got 9000000/],
      [{ iterations: 0 }, /iterations must be an integer from 1 to 1000, got 0/],
      [{ postProcess: 1 }, /postProcess must be true or false, got 1/],
    ];
    for (const [given, message] of refused) assert.throws(() => settings(given), { code: 'ERR_ARGUMENT', message });
  });
});
