import assert from 'node:assert/strict';
import { openDevice, type Device, type Layout } from '#lib/device/index.js';
import { assertCloseToScale } from '../../support/close.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';
import { WeightedProblem, type WeightedGeometry } from '../../support/weighted-problem.js';

/** Channels that fill blocks or don't, and every kind of geometry. */
const problems: Readonly<Record<string, WeightedGeometry>> = {
  'whole blocks': { x: [2, 16, 8, 8], w: [32, 16, 3, 3], pad: [1, 1, 1, 1] },
  'odd sizes': { x: [3, 20, 13, 9], w: [33, 20, 3, 3], pad: [1, 1, 1, 1] },
  'one pixel': { x: [4, 5, 1, 1], w: [7, 5, 3, 3], pad: [1, 1, 1, 1] },
  '1 x 1': { x: [3, 21, 7, 5], w: [37, 21, 1, 1] },
  'padding all round 1 x 1': { x: [2, 16, 5, 6], w: [20, 16, 1, 1], pad: [1, 1, 1, 1] },
  'uneven padding': { x: [2, 17, 6, 7], w: [9, 17, 3, 3], pad: [2, 0, 1, 2] },
  'padding after the image alone': { x: [2, 8, 13, 12], w: [6, 8, 5, 4], pad: [0, 0, 3, 2], stride: [2, 2] },
  'padding that no output sees': { x: [2, 8, 13, 12], w: [6, 8, 3, 3], pad: [0, 0, 1, 1], stride: [3, 3] },
  "AlexNet's first layer": { x: [2, 3, 47, 51], w: [16, 3, 11, 11], pad: [2, 2, 2, 2], stride: [4, 4] },
  "SqueezeNet's first layer": { x: [3, 3, 27, 23], w: [96, 3, 7, 7], stride: [2, 2] },
  "VGG's first layer": { x: [2, 3, 20, 17], w: [20, 3, 3, 3], pad: [1, 1, 1, 1] },
  'stride beyond the filter': { x: [2, 4, 13, 12], w: [33, 4, 2, 3], pad: [1, 0, 0, 2], stride: [3, 5] },
  'pixels that no window sees': { x: [5, 2, 9, 9], w: [8, 2, 2, 2], stride: [5, 5] },
  dilation: { x: [2, 8, 13, 12], w: [6, 8, 3, 3], pad: [2, 3, 2, 3], dilation: [2, 3] },
  groups: { x: [2, 8, 9, 7], w: [12, 2, 3, 3], pad: [1, 1, 1, 1], groups: 4 },
  'groups of whole blocks': { x: [2, 32, 9, 7], w: [32, 16, 3, 3], pad: [1, 1, 1, 1], groups: 2 },
  'a filter for each channel': { x: [2, 24, 9, 7], w: [24, 1, 3, 3], pad: [1, 1, 1, 1], groups: 24 },
  'one number': { x: [1, 1], w: [1, 1] },
  'a linear layer': { x: [9, 37], w: [67, 37] },
  'a linear layer, one image': { x: [1, 300], w: [200, 300] },
  'a linear layer, many images': { x: [65, 64], w: [96, 64] },
};

/** Computes dw and db, null where there is no bias. */
async function gradients(device: Device, problem: WeightedProblem) {
  const plan = await problem.planOn(device);
  const { x, dy, dw, db } = problem.tensors(device, plan);
  plan.backwardFilter(x, dy, dw, db);
  return { dw: await dw.read(), db: db && (await db.read()) };
}

describeOnDevices('gradients of filters', (kind) => {
  const device = openedFor(kind);

  for (const [name, geometry] of Object.entries(problems)) {
    const shapes = `x=[${geometry.x}] w=[${geometry.w}]`;
    it(`agree with the formula, with bias and without: ${name}, ${shapes}`, async () => {
      for (const bias of ['bias', 'no bias'] as const) {
        const problem = new WeightedProblem(geometry, bias);
        const { dw, db } = await gradients(device(), problem);
        assertCloseToScale(dw, problem.expected.dw, 5e-6, `dw, ${bias}`);
        if (db) assertCloseToScale(db, problem.expected.db, 5e-6, 'db');
      }
    });
  }

  it('agree with the formula in every layout that x and y can be planned for', async () => {
    const problem = new WeightedProblem(problems['odd sizes']!);
    const layouts: readonly Layout[] = kind === 'cpu' ? [1, 8, 16] : [1];
    for (const xLayout of layouts)
      for (const yLayout of layouts) {
        const plan = await problem.planOn(device(), { xLayout, yLayout });
        const { x, dy, dw, db } = problem.tensors(device(), plan);
        plan.backwardFilter(x, dy, dw, db);
        assertCloseToScale(await dw.read(), problem.expected.dw, 5e-6, `dw, layouts ${xLayout} and ${yLayout}`);
        assertCloseToScale(await db!.read(), problem.expected.db, 5e-6, 'db');
      }
  });

  it('leave out the bias where nobody wants it, and give dw the same bits', async () => {
    for (const name of ['groups', 'a linear layer'] as const) {
      const problem = new WeightedProblem(problems[name]!);
      const plan = await problem.planOn(device());
      const { x, dy, dw, db } = problem.tensors(device(), plan);
      plan.backwardFilter(x, dy, dw, null);
      assert.deepEqual(await dw.read(), (await gradients(device(), problem)).dw);
      assert.deepEqual(new Set(await db!.read()), new Set([7]));
    }
  });

  it('do not undo the ReLU of the plan: reluBackward does', async () => {
    for (const name of ['uneven padding', 'a linear layer'] as const) {
      const problem = new WeightedProblem(problems[name]!);
      const plan = await problem.planOn(device(), { activation: 'relu' });
      const { x, dy, dw, db } = problem.tensors(device(), plan);
      plan.backwardFilter(x, dy, dw, db);
      assertCloseToScale(await dw.read(), problem.expected.dw, 5e-6);
      const y = device().tensor(plan.output, 'float32', plan.y);
      plan.forward(x, y);
      device().reluBackward('gradient', y, dy, dy);
      plan.backwardFilter(x, dy, dw, db);
      problem.forward(problem.weight).data.forEach((value, i) => {
        if (value <= 0) problem.dy[i] = 0;
      });
      assertCloseToScale(await dw.read(), problem.expected.dw, 5e-6);
      assertCloseToScale(await db!.read(), problem.expected.db, 5e-6);
    }
  });

  it('have the same bits each time, eager and replayed, and see what was written between', async () => {
    for (const name of ['odd sizes', "VGG's first layer", 'a linear layer, many images'] as const) {
      const problem = new WeightedProblem(problems[name]!);
      const eager = await gradients(device(), problem);
      for (let i = 0; i < 5; i++) assert.deepEqual(await gradients(device(), problem), eager);
      const plan = await problem.planOn(device());
      const { x, dy, dw, db } = problem.tensors(device(), plan);
      const recording = device().capture(() => plan.backwardFilter(x, dy, dw, db));
      assert.deepEqual(new Set(await dw.read()), new Set([7]));
      recording.replay(2);
      assert.deepEqual({ dw: await dw.read(), db: await db!.read() }, eager);
      x.write(problem.x.map((value) => 2 * value));
      recording.replay();
      assert.deepEqual({ dw: await dw.read(), db: await db!.read() }, { ...eager, dw: eager.dw.map((v) => 2 * v) });
    }
  });

  it('show a NaN of the input or the gradient in what it is multiplied for, and nowhere else', async () => {
    const problem = new WeightedProblem({ x: [2, 3, 5, 5], w: [4, 3, 1, 1] });
    problem.dy[25] = NaN; // of filter 1
    const { dw, db } = await gradients(device(), problem);
    assert.deepEqual(
      Array.from(dw, Number.isNaN),
      Array.from({ length: 12 }, (_, i) => Math.floor(i / 3) === 1),
    );
    assert.deepEqual(Array.from(db!, Number.isNaN), [false, true, false, false]);
    const linear = new WeightedProblem({ x: [3, 4], w: [2, 4] });
    linear.x[5] = NaN; // feature 1
    const matrix = await gradients(device(), linear);
    assert.deepEqual(Array.from(matrix.dw, Number.isNaN), [false, true, false, false, false, true, false, false]);
    assert.ok(matrix.db!.every(Number.isFinite));
  });

  it('cost a plan that is not asked for them nothing, and take no memory when they run', async () => {
    const problem = new WeightedProblem(problems['odd sizes']!);
    const needed = async (backwardFilter: boolean) => {
      const alone = await openDevice(kind, kind === 'cpu' ? { threads: 2 } : {});
      const weights = await alone.weights(problem.weight, problem.geometry.w, problem.bias);
      const { x, pad } = { pad: [0, 0, 0, 0] as const, ...problem.geometry };
      const window = { stride: [1, 1], pad, dilation: [1, 1], groups: 1, activation: 'none' } as const;
      const plan = await alone.planConv2d({ x, weights, ...window, backwardFilter });
      const { workspace } = alone.memory();
      if (backwardFilter) {
        const tensors = problem.tensors(alone, plan);
        const { tensors: before } = alone.memory();
        plan.backwardFilter(tensors.x, tensors.dy, tensors.dw, tensors.db);
        await alone.sync();
        const { tensors: after, workspace: then } = alone.memory();
        assert.deepEqual([after, then], [before, workspace]);
      }
      alone.dispose();
      return workspace;
    };
    const [without, within] = [await needed(false), await needed(true)];
    assert.ok(kind === 'cpu' ? without < within : without <= within, `${without} and ${within} bytes`);
  });
});
