import assert from 'node:assert/strict';
import { colourArithmetic, openDevice } from '#lib/device/index.js';
import { Random } from '../../support/random.js';

describe('colour models of the addon', () => {
  before(async () => (await openDevice('cpu')).dispose());

  const random = new Random(2);
  const shape = [8, 9] as const;
  const image = Uint8Array.from({ length: 8 * 9 * 3 }, () => random.integer(0, 255));
  const chosen = Uint8Array.from({ length: 72 }, (_, i) => Number(i % 2 === 0));
  const fit = {
    shape,
    image,
    chosen,
    clustering: 'binary-split',
    components: 5,
    covarianceFloor: 1e-4,
    rounds: 10,
    seed: 0,
  } as const;
  const { fitColourModel, refitColourModel, meanContrast, gridCapacities } = colourArithmetic();

  const energyOf = async () => {
    const foreground = await fitColourModel(fit);
    const background = await fitColourModel({ ...fit, chosen: chosen.map((one) => 1 - one) });
    const numbers = { uniform: 0.05, cap: 100, gamma: 150, beta: 2, scale: 50, threads: 1 };
    return { shape, image, clamps: null, foreground, background, neighbours: 8 as const, ...numbers };
  };

  it('have ten numbers a component, whose weights add up to 1', async () => {
    for (const clustering of ['binary-split', 'k-means'] as const) {
      const model = await fitColourModel({ ...fit, clustering });
      assert.equal(model.length, 50);
      const weight = [0, 10, 20, 30, 40].reduce((sum, at) => sum + model[at]!, 0);
      assert.ok(weight > 0.9 && weight <= 1 + 1e-12);
      const again = await refitColourModel({ shape, image, chosen, model, covarianceFloor: 1e-4 });
      assert.equal(again.length, 50);
    }
  });

  it('are of the arrays as they were when the call was made', async () => {
    const [pixels, mask] = [image.slice(), chosen.slice()];
    const fitting = fitColourModel({ ...fit, image: pixels, chosen: mask });
    structuredClone(pixels, { transfer: [pixels.buffer] });
    mask.fill(0);
    assert.deepEqual(await fitting, await fitColourModel(fit));
    const energy = await energyOf();
    const lent = energy.image.slice();
    const computing = gridCapacities({ ...energy, image: lent });
    structuredClone(lent, { transfer: [lent.buffer] });
    assert.deepEqual(await computing, await gridCapacities(energy));
  });

  it('give capacities of the shape, diagonals for eight neighbours alone', async () => {
    const energy = await energyOf();
    const eight = await gridCapacities(energy);
    for (const array of Object.values(eight)) assert.ok(array instanceof Int32Array && array.length === 72);
    const four = await gridCapacities({ ...energy, neighbours: 4 });
    assert.deepEqual(four, { ...eight, downRight: null, downLeft: null });
  });

  it('do not keep the event loop waiting', async () => {
    const [rows, cols] = [1500, 2000];
    const large = { shape: [rows, cols] as const, image: new Uint8Array(rows * cols * 3).map((_, i) => (i * 7) % 251) };
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await meanContrast({ ...large, neighbours: 8, threads: 1 });
    await fitColourModel({ ...fit, ...large, chosen: new Uint8Array(rows * cols).fill(1), clustering: 'k-means' });
    clearInterval(timer);
    assert.ok(turns > 5);
  });

  it('refuse what is out of range, with its name', async () => {
    const model = await fitColourModel(fit);
    const energy = await energyOf();
    const refused: [() => unknown, RegExp][] = [
      [() => fitColourModel({ ...fit, shape: [8] } as never), /fitColourModel: shape must have 2 dimensions/],
      [() => fitColourModel({ ...fit, image: image.subarray(1) }), /image must be a Uint8Array of 216 elements, got/],
      [() => fitColourModel({ ...fit, image: new Float32Array(216) } as never), /image must be a Uint8Array/],
      [() => fitColourModel({ ...fit, chosen: new Uint8Array(71) }), /chosen must be a Uint8Array of 72 elements/],
      [
        () => fitColourModel({ ...fit, clustering: 'em' as never }),
        /clustering must be one of 'binary-split', 'k-means'/,
      ],
      [() => fitColourModel({ ...fit, components: 65 }), /components must be an integer from 1 to 64, got 65/],
      [() => fitColourModel({ ...fit, components: 0 }), /components must be an integer of at least 1, got 0/],
      [() => fitColourModel({ ...fit, covarianceFloor: 0 }), /covarianceFloor must be a number from 1e-9 to below 1/],
      [() => fitColourModel({ ...fit, rounds: 1001 }), /rounds must be/],
      [() => fitColourModel({ ...fit, seed: -1 }), /seed must be an integer of at least 0/],
      [() => fitColourModel({ ...fit, sead: 1 } as never), /sead/],
      [() => refitColourModel({ ...energy, chosen, covarianceFloor: 1, model }), /unknown option/],
      [
        () => refitColourModel({ shape, image, chosen, covarianceFloor: 1e-4, model: model.subarray(1) }),
        /model must be the finite numbers of 1 to 64 components/,
      ],
      [() => gridCapacities({ ...energy, foreground: model.map(() => NaN) }), /foreground must be the finite numbers/],
      [
        () => gridCapacities({ ...energy, background: new Float32Array(50) } as never),
        /background must be a Float64Array/,
      ],
      [() => gridCapacities({ ...energy, clamps: new Uint8Array(3) }), /clamps must be a Uint8Array of 72/],
      [() => gridCapacities({ ...energy, uniform: 1 }), /uniform must be a number from 0 to below 1, got 1/],
      [() => gridCapacities({ ...energy, gamma: 2 ** 23 / 50 }), /gamma must be from 0 to less than 2\^23 \/ scale/],
      [() => gridCapacities({ ...energy, beta: -1 }), /beta must be/],
      [() => gridCapacities({ ...energy, cap: -1 }), /cap must be null or a number from 0/],
      [() => gridCapacities({ ...energy, neighbours: 5 as never }), /neighbours must be 4 or 8, got 5/],
      [
        () => meanContrast({ shape, image, neighbours: 4, threads: 0 }),
        /threads must be an integer of at least 1, got 0/,
      ],
    ];
    for (const [call, message] of refused) assert.throws(call, { name: 'DeepInsideError', message });
  });
});
