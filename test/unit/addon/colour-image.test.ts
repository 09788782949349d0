import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { colourImage, openDevice } from '#lib/device/index.js';
import { whilePoolIsFull } from '../../support/full-pool.js';
import { Random } from '../../support/random.js';

describe('colourImage', () => {
  before(async () => (await openDevice('cpu')).dispose());

  const random = new Random(2);
  const shape = [8, 9] as const;
  const image = Uint8Array.from({ length: 8 * 9 * 3 }, () => random.integer(0, 255));
  const chosen = Uint8Array.from({ length: 72 }, (_, i) => Number(i % 2 === 0));
  const kMeans = { clustering: 'k-means', components: 5, covarianceFloor: 1e-4, rounds: 10, seed: 0 } as const;
  const fit = { ...kMeans, clustering: 'binary-split', chosen } as const;
  const pixels = colourImage({ shape, image });

  const energyOf = async () => {
    const foreground = await pixels.fit(fit);
    const background = await pixels.fit({ ...fit, chosen: chosen.map((one) => 1 - one) });
    const numbers = { uniform: 0.05, cap: 100, gamma: 150, beta: 2, scale: 50, threads: 1 };
    const clamps = { clampedForeground: null, clampedBackground: null };
    return { ...clamps, foreground, background, neighbours: 8 as const, ...numbers };
  };

  it('has models of ten numbers a component, whose weights add up to 1', async () => {
    for (const clustering of ['binary-split', 'k-means'] as const) {
      const model = await pixels.fit({ ...fit, clustering });
      assert.equal(model.length, 50);
      const weight = [0, 10, 20, 30, 40].reduce((sum, at) => sum + model[at]!, 0);
      assert.ok(weight > 0.9 && weight <= 1 + 1e-12);
      const again = await pixels.refit({ chosen, model, covarianceFloor: 1e-4 });
      assert.equal(again.length, 50);
    }
  });

  it('computes with the arrays as they were when the call was made', async () => {
    const [lent, mask] = [image.slice(), chosen.slice()];
    const own = colourImage({ shape, image: lent });
    structuredClone(lent, { transfer: [lent.buffer] });
    const fitting = own.fit({ ...fit, chosen: mask });
    mask.fill(0);
    assert.deepEqual(await fitting, await pixels.fit(fit));
    const clamps = { clampedForeground: chosen.slice(), clampedBackground: chosen.map((one) => 1 - one) };
    const energy = { ...(await energyOf()), ...clamps };
    const computing = own.capacities(energy);
    structuredClone(clamps.clampedForeground, { transfer: [clamps.clampedForeground.buffer] });
    const again = await pixels.capacities({ ...energy, clampedForeground: chosen.slice() });
    assert.deepEqual(await computing, again);
    own.dispose();
  });

  it('gives capacities of the shape, diagonals for eight neighbours alone', async () => {
    const energy = await energyOf();
    const eight = await pixels.capacities(energy);
    for (const array of Object.values(eight)) assert.ok(array instanceof Int32Array && array.length === 72);
    const four = await pixels.capacities({ ...energy, neighbours: 4 });
    assert.deepEqual(four, { ...eight, downRight: null, downLeft: null });
  });

  it('takes a clamped pixel for what it is clamped to, and of the others only the colour', async () => {
    const energy = await energyOf();
    const free = await pixels.capacities(energy);
    const only = (at: number) => new Uint8Array(72).fill(1, at, at + 1);
    const clamped = await pixels.capacities({ ...energy, clampedForeground: only(0), clampedBackground: only(71) });
    const most = 2 ** 27 - 1;
    assert.deepEqual([clamped.source[0], clamped.sink[0], clamped.source[71], clamped.sink[71]], [most, 0, 0, most]);
    assert.deepEqual(clamped.source.subarray(1, 71), free.source.subarray(1, 71));
  });

  it('computes on threads of the pool: while others hold all of these, JS goes on and nothing gets done', async () => {
    const energy = await energyOf();
    let done = 0;
    const computing = await whilePoolIsFull(async () => {
      const all = [pixels.meanContrast({ neighbours: 8, threads: 1 }), pixels.fit(fit), pixels.capacities(energy)];
      const counted = all.map((one) => one.then(() => done++));
      for (let turn = 0; turn < 5; turn++) await setImmediate();
      assert.equal(done, 0);
      return counted;
    });
    await Promise.all(computing);
    assert.equal(done, 3);
  });

  const [rows, cols] = [600, 800];
  const noise = () => new Uint8Array(rows * cols * 3).map((_, i) => (i * i * 31) >>> 8);
  const everything = () => new Uint8Array(rows * cols).fill(1);

  it('that is disposed of ends what goes on, and nothing can be asked of it then', async () => {
    const large = colourImage({ shape: [rows, cols], image: noise() });
    // Noise takes all its thousand rounds: minutes.
    const fitting = large.fit({ ...kMeans, components: 64, rounds: 1000, chosen: everything() });
    const refused = assert.rejects(fitting, {
      code: 'ERR_DISPOSED',
      message: 'colourImage.fit: the ColourImage was disposed of before the end',
    });
    setTimeout(() => large.dispose(), 5);
    await refused;
    assert.equal(large.disposed, true);
    const energy = await energyOf();
    const calls = {
      fit: () => large.fit({ ...fit, chosen: everything() }),
      refit: () => large.refit({ chosen: everything(), model: energy.foreground, covarianceFloor: 1e-4 }),
      meanContrast: () => large.meanContrast({ neighbours: 4, threads: 1 }),
      capacities: () => large.capacities(energy),
    };
    const message = /colourImage\.\w+: the ColourImage must not be used after dispose; make a new one/;
    for (const call of Object.values(calls)) assert.throws(call, { code: 'ERR_DISPOSED', message });
  });

  it('that is disposed of before JavaScript hears of a result has none', async () => {
    const own = colourImage({ shape, image });
    const contrast = own.meanContrast({ neighbours: 4, threads: 1 });
    const refused = assert.rejects(contrast, { code: 'ERR_DISPOSED' });
    // Nothing is heard of meanwhile, and nine rows are long done.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    own.dispose();
    await refused;
  });

  it('refuses what is out of range, with its name', async () => {
    const model = await pixels.fit(fit);
    const energy = await energyOf();
    const refused: [() => unknown, RegExp][] = [
      [() => colourImage({ shape: [8], image } as never), /colourImage: shape must have 2 dimensions/],
      [() => colourImage({ shape, image: image.subarray(1) }), /image must be a Uint8Array of 216 elements, got/],
      [() => colourImage({ shape, image: new Float32Array(216) } as never), /image must be a Uint8Array/],
      [() => pixels.fit({ ...fit, chosen: new Uint8Array(71) }), /chosen must be a Uint8Array of 72 elements/],
      [() => pixels.fit({ ...fit, clustering: 'em' as never }), /clustering must be one of 'binary-split', 'k-means'/],
      [() => pixels.fit({ ...fit, components: 65 }), /components must be an integer from 1 to 64, got 65/],
      [() => pixels.fit({ ...fit, components: 0 }), /components must be an integer of at least 1, got 0/],
      [() => pixels.fit({ ...fit, covarianceFloor: 0 }), /covarianceFloor must be a number from 1e-9 to below 1/],
      [() => pixels.fit({ ...fit, rounds: 1001 }), /rounds must be/],
      [() => pixels.fit({ ...fit, seed: -1 }), /seed must be an integer of at least 0/],
      [() => pixels.fit({ ...fit, sead: 1 } as never), /sead/],
      [() => pixels.refit({ ...energy, chosen, covarianceFloor: 1, model }), /unknown option/],
      [
        () => pixels.refit({ chosen, covarianceFloor: 1e-4, model: model.subarray(1) }),
        /model must be the finite numbers of 1 to 64 components/,
      ],
      [
        () => pixels.capacities({ ...energy, foreground: model.map(() => NaN) }),
        /foreground must be the finite numbers/,
      ],
      [
        () => pixels.capacities({ ...energy, background: new Float32Array(50) } as never),
        /background must be a Float64Array/,
      ],
      [
        () => pixels.capacities({ ...energy, clampedForeground: new Uint8Array(3) }),
        /clampedForeground must be a Uint8Array of 72/,
      ],
      [() => pixels.capacities({ ...energy, uniform: 1 }), /uniform must be a number from 0 to below 1, got 1/],
      [() => pixels.capacities({ ...energy, gamma: 2 ** 23 / 50 }), /gamma must be from 0 to less than 2\^23 \/ scale/],
      [() => pixels.capacities({ ...energy, beta: -1 }), /beta must be/],
      [() => pixels.capacities({ ...energy, cap: -1 }), /cap must be null or a number from 0/],
      [() => pixels.capacities({ ...energy, neighbours: 5 as never }), /neighbours must be 4 or 8, got 5/],
      [() => pixels.meanContrast({ neighbours: 4, threads: 0 }), /threads must be an integer of at least 1, got 0/],
    ];
    for (const [call, message] of refused) assert.throws(call, { name: 'DeepInsideError', message });
  });
});
