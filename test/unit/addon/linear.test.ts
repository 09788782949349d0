import assert from 'node:assert/strict';
import { openDevice } from '#lib/device/index.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices, itOnCpu, openedFor } from '../../support/devices.js';
import { Random } from '../../support/random.js';
import { backward, filled, forward, LinearProblem, masked } from '../../support/linear-problem.js';

/** Outputs and features that fill vectors, or don't; and rows of a matrix that would lie whole pages apart. */
const matrices: Readonly<Record<string, readonly [outputs: number, features: number]>> = {
  'one number': [1, 1],
  'one output': [1, 40],
  'one feature': [40, 1],
  'outputs below a vector': [5, 50],
  'odd sizes': [67, 37],
  'whole vectors': [96, 64],
  'rows of whole pages': [1024, 21],
  'more than a thread does alone': [200, 300],
};

/** Few images, as many as there are lanes, and one more. */
const batches = [1, 2, 3, 4, 5, 8, 9, 15, 16, 17, 31, 32, 33, 65];

describeOnDevices('linear layers', (kind) => {
  const device = openedFor(kind);

  for (const [name, w] of Object.entries(matrices)) {
    const problems = batches.map((n) => new LinearProblem(w, n));

    it(`forward agrees with the formula at any number of images: ${name} [${w.join(', ')}]`, async () => {
      for (const problem of problems) {
        const expected = problem.expected;
        assertCloseToScale(await forward(device(), problem, 'none'), expected, 3e-6, `n = ${problem.n}`);
        const rectified = expected.map((value) => Math.max(value, 0));
        assertCloseToScale(await forward(device(), problem, 'relu'), rectified, 3e-6, `n = ${problem.n}`);
      }
    });

    it(`backwardData agrees with the formula, for many and few gradients: ${name} [${w.join(', ')}]`, async () => {
      for (const problem of problems) {
        const random = new Random(9);
        for (const share of [1, 0.5, 1 / w[0]]) {
          const dy = problem.sparse(random, problem.n * w[0], share);
          const dx = await backward(device(), problem, dy, null);
          assertCloseToScale(dx, problem.gradient(dy), 3e-6, `n = ${problem.n}, share ${share}`);
        }
      }
    });

    it(`backwardData of masked layers, with one or several gradients an image: ${name} [${w.join(', ')}]`, async () => {
      for (const problem of problems) {
        const random = new Random(9);
        const dense = random.normals(problem.n * w[0]);
        const oneHot = dense.map((value, i) => (i % w[0] === Math.floor(i / w[0]) % w[0] ? value : 0));
        for (const images of [problem.n, 1]) {
          const mask = problem.sparse(random, images * w[1], 0.7);
          for (const dy of [dense, oneHot]) {
            const dx = await backward(device(), problem, dy, mask);
            const expected = masked(problem.gradient(dy), w[1], mask);
            assertCloseToScale(dx, expected, 3e-6, `n = ${problem.n}, mask of ${images}`);
            dx.forEach((value, i) => assert.ok(expected[i] !== 0 || value === 0, `n = ${problem.n}: ${i} is dead`));
          }
        }
      }
    });
  }

  it('an input of zeros gives the bias, and one without bias zeros', async () => {
    const [outputs, features] = [19, 40];
    const bias = new Random(1).normals(outputs);
    const weight = new Random(2).normals(outputs * features);
    for (const n of [1, 4, 20]) {
      const x = device().tensor([n, features], 'float32');
      const y = device().tensor([n, outputs], 'float32');
      for (const b of [bias, null]) {
        const weights = await device().weights(weight, [outputs, features], b);
        (await device().planLinear({ x: [n, features], weights, activation: 'none' })).forward(x, y);
        const row = [...(b ?? new Float32Array(outputs))];
        assert.deepEqual([...(await y.read())], Array.from({ length: n }, () => row).flat());
      }
    }
  });

  it('a mask of zeros gives zeros, and so does a gradient of zeros', async () => {
    for (const n of [1, 4, 20]) {
      const problem = new LinearProblem([67, 37], n);
      const ones = new Float32Array(n * 67).fill(1);
      const dead = await backward(device(), problem, ones, new Float32Array(n * 37).fill(-1));
      const unmoved = await backward(device(), problem, new Float32Array(n * 67), null);
      assert.ok([...dead, ...unmoved].every((value) => value === 0));
    }
  });

  it('a NaN or infinite input counts as active, and only in its own image', async () => {
    for (const n of [2, 20]) {
      const problem = new LinearProblem([67, 37], n);
      const clean = await forward(device(), problem, 'relu');
      problem.x[5] = Number.NaN;
      const poisoned = await forward(device(), problem, 'relu');
      assert.ok(poisoned.subarray(0, 67).every(Number.isNaN));
      assert.deepEqual(poisoned.subarray(67), clean.subarray(67));
      problem.x[5] = Number.POSITIVE_INFINITY;
      const infinite = await forward(device(), problem, 'none');
      problem.weight.forEach((value, i) => {
        if (i % 37 === 5) assert.equal(infinite[(i - 5) / 37], value * Number.POSITIVE_INFINITY);
      });
    }
  });

  it('a NaN in the mask is not above 0, and a NaN in the gradient stays where the mask lets it', async () => {
    for (const n of [1, 5, 20]) {
      const problem = new LinearProblem([67, 37], n);
      const dy = new Float32Array(n * 67).fill(1);
      dy[3] = Number.NaN;
      const mask = new Float32Array(n * 37).fill(1);
      mask[4] = Number.NaN;
      const dx = await backward(device(), problem, dy, mask);
      dx.subarray(0, 37).forEach((value, i) => assert.ok(i === 4 ? value === 0 : Number.isNaN(value)));
      assert.ok(dx.subarray(37).every(Number.isFinite));
    }
  });

  it('new values of weights reach the plans that were made before', async () => {
    const problem = new LinearProblem([130, 70], 2);
    const weights = await device().weights(new Float32Array(130 * 70), [130, 70], new Float32Array(130));
    const plan = await device().planLinear({ x: [2, 70], weights, activation: 'none' });
    weights.update(filled(device(), [130, 70], problem.weight), filled(device(), [130], problem.bias));
    const y = device().tensor([2, 130], 'float32');
    plan.forward(filled(device(), [2, 70], problem.x), y);
    assertCloseToScale(await y.read(), problem.expected, 3e-6);
    weights.update(filled(device(), [130, 70], new Float32Array(130 * 70)), null);
    plan.forward(filled(device(), [2, 70], problem.x), y);
    assert.deepEqual(await y.read(), Float32Array.of(...problem.bias, ...problem.bias));
  });

  it('results have the same bits in each run, and gradients and few images with any number of threads', async () => {
    const numbers = kind === 'cpu' ? [1, 2, 3] : [];
    const others = await Promise.all(numbers.map((threads) => openDevice(kind, { threads })));
    for (const n of [1, 3, 4, 7, 40]) {
      const problem = new LinearProblem([130, 700], n);
      const dy = new Random(3).normals(n * 130);
      const y = await forward(device(), problem, 'relu');
      const dx = await backward(device(), problem, dy, problem.x);
      assert.deepEqual(await forward(device(), problem, 'relu'), y);
      for (const other of others) {
        if (n <= 4) assert.deepEqual(await forward(other, problem, 'relu'), y);
        assert.deepEqual(await backward(other, problem, dy, problem.x), dx);
      }
    }
    for (const other of others) other.dispose();
  });

  itOnCpu(kind, 'its sums are of the features that are not 0')(
    'a feature that is zero changes no bit: few images with it and without',
    async () => {
      const [outputs, features, n] = [67, 50, 3];
      const wide = new LinearProblem([outputs, features], n);
      const kept = Array.from({ length: features }, (_, i) => i).filter((i) => wide.x[i] !== 0);
      const narrow = new LinearProblem([outputs, kept.length], n);
      wide.x.copyWithin(features, 0, features);
      wide.x.copyWithin(2 * features, 0, features);
      for (let i = 0; i < n * kept.length; i++) narrow.x[i] = wide.x[kept[i % kept.length]!]!;
      narrow.weight.forEach((_, i) => {
        narrow.weight[i] = wide.weight[Math.floor(i / kept.length) * features + kept[i % kept.length]!]!;
      });
      narrow.bias.set(wide.bias);
      assert.deepEqual(await forward(device(), wide, 'none'), await forward(device(), narrow, 'none'));
    },
  );

  it('all plans share one copy of the weights', async () => {
    const alone = await openDevice(kind);
    const weights = await alone.weights(new Float32Array(130 * 700), [130, 700], null);
    for (const n of [1, 10, 40]) await alone.planLinear({ x: [n, 700], weights, activation: 'relu' });
    const once = 130 * 700 * 4;
    assert.ok(alone.memory().weights < 1.2 * once, `${alone.memory().weights} bytes for ${once} bytes of weights`);
    alone.dispose();
  });
});
