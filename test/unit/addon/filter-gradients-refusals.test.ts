import assert from 'node:assert/strict';
import { openDevice, type Tensor } from '#lib/device/index.js';
import { DeepInsideError, type ErrorCode } from '#lib/errors.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';
import { WeightedProblem } from '../../support/weighted-problem.js';

describeOnDevices('backwardFilter refuses', (kind) => {
  const device = openedFor(kind);
  const problem = new WeightedProblem({ x: [2, 8, 5, 4], w: [16, 8, 3, 3], pad: [1, 1, 1, 1] });
  const floats = (...shape: number[]) => device().tensor(shape, 'float32');

  function refuses(code: ErrorCode, message: RegExp, call: () => unknown): void {
    assert.throws(call, (error) => {
      assert.ok(error instanceof DeepInsideError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    });
  }

  it('tensors of another shape, type, layout or device by name, and overwrites nothing', async () => {
    const plan = await problem.planOn(device());
    const { x, dy, dw, db } = problem.tensors(device(), plan);
    const run = (change: Partial<Record<'x' | 'dy' | 'dw' | 'db', unknown>>) => () => {
      const given = { x, dy, dw, db, ...change } as { x: Tensor; dy: Tensor; dw: Tensor<'float32'>; db: typeof db };
      plan.backwardFilter(given.x, given.dy, given.dw, given.db);
    };
    const where = 'weighted\\.backwardFilter: ';
    refuses('ERR_SHAPE', RegExp(`${where}x must be \\[2, 8, 5, 4\\] float32`), run({ x: floats(4, 8, 5, 4) }));
    refuses('ERR_SHAPE', RegExp(`${where}dy must be \\[2, 16, 5, 4\\] float32`), run({ dy: floats(4, 16, 5, 4) }));
    refuses('ERR_SHAPE', RegExp(`${where}dw must be \\[16, 8, 3, 3\\] float32, got`), run({ dw: floats(16, 72) }));
    refuses('ERR_SHAPE', RegExp(`${where}db must be \\[16\\] float32, got \\[8\\]`), run({ db: floats(8) }));
    const integers = device().tensor([16, 8, 3, 3], 'int32');
    refuses('ERR_DTYPE', RegExp(`${where}dw must be .* float32, got .* int32`), run({ dw: integers }));
    const blocked = device().tensor([16, 8, 3, 3], 'float32', 8);
    refuses('ERR_SHAPE', RegExp(`${where}dw must be .* blocks of 8 channels; reorder it first`), run({ dw: blocked }));
    const view = floats(16, 16, 3, 3).channels(8, 8);
    refuses('ERR_SHAPE', RegExp(`${where}dw must have one image after the other`), run({ dw: view }));
    refuses('ERR_ARGUMENT', RegExp(`${where}dw must be a Tensor, got null`), run({ dw: null }));
    refuses('ERR_ARGUMENT', RegExp(`${where}x must be a Tensor, got a Float32Array`), run({ x: problem.x }));
    refuses('ERR_ARGUMENT', RegExp(`${where}db must be a Tensor or null, got undefined`), run({ db: undefined }));
    const other = await openDevice(kind);
    const foreign = other.tensor([16], 'float32');
    refuses('ERR_DEVICE', RegExp(`${where}db must be a tensor of this device`), run({ db: foreign }));
    other.dispose();
    assert.deepEqual(new Set([...(await dw.read()), ...(await db!.read())]), new Set([7]));
  });

  it('views of several images: a plan for it does not take them', async () => {
    const plan = await problem.planOn(device(), { forward: 'winograd', backwardData: 'winograd' });
    assert.equal(plan.takesViews, false);
    const { dy, dw, db } = problem.tensors(device(), plan);
    const whole = device().tensor([2, plan.x + 8, 5, 4], 'float32', plan.x);
    const view = whole.channels(plan.x, 8);
    refuses('ERR_SHAPE', /x must have one image after the other/, () => plan.backwardFilter(view, dy, dw, db));
  });

  it('db of weights without bias', async () => {
    const without = new WeightedProblem(problem.geometry, 'no bias');
    const plan = await without.planOn(device());
    const { x, dy, dw } = without.tensors(device(), plan);
    const message = /backwardFilter: db must be null, since these weights have no bias/;
    refuses('ERR_ARGUMENT', message, () => plan.backwardFilter(x, dy, dw, floats(16)));
  });

  it('plans that were not made for it, by convolution and linear layer', async () => {
    const weights = await device().weights(problem.weight, problem.geometry.w, problem.bias);
    const { x } = problem.geometry;
    const window = { stride: [1, 1], pad: [1, 1, 1, 1], dilation: [1, 1], groups: 1 } as const;
    const matrix = await device().weights(new Float32Array(6), [2, 3], null);
    const message = /backwardFilter: the plan must have been made with backwardFilter: true, got one without/;
    for (const backwardFilter of [undefined, false]) {
      const chosen = backwardFilter === undefined ? {} : { backwardFilter };
      const plan = await device().planConv2d({ x, weights, ...window, activation: 'none', ...chosen });
      const { x: input, dy, dw, db } = problem.tensors(device(), plan);
      refuses('ERR_ARGUMENT', message, () => plan.backwardFilter(input, dy, dw, db));
      const linear = await device().planLinear({ x: [1, 3], weights: matrix, activation: 'none', ...chosen });
      refuses('ERR_ARGUMENT', message, () => linear.backwardFilter(floats(1, 3), floats(1, 2), floats(2, 3), null));
    }
  });

  it('strands, at planning and in a recording of them', async () => {
    const weights = await device().weights(problem.weight, problem.geometry.w, problem.bias);
    const window = { stride: [1, 1], pad: [1, 1, 1, 1], dilation: [1, 1], groups: 1, activation: 'none' } as const;
    const options = { x: problem.geometry.x, weights, ...window, backwardFilter: true, strands: 2 } as const;
    const message = /planConv2d: backwardFilter sums over all images, so strands must be 1 with it, got 2/;
    refuses('ERR_UNSUPPORTED', message, () => device().planConv2d(options));
    if (kind === 'cuda') return;
    const plan = await problem.planOn(device());
    const { x, dy, dw, db } = problem.tensors(device(), plan);
    const record = () => device().capture(() => plan.backwardFilter(x, dy, dw, db), 2);
    refuses('ERR_CAPTURE', /backwardFilter: the plan is for recordings of 1 strands, got one of 2/, record);
  });

  it('a choice that is neither true nor false', async () => {
    const matrix = await device().weights(new Float32Array(6), [2, 3], null);
    const plan = () =>
      device().planLinear({ x: [1, 3], weights: matrix, activation: 'none', backwardFilter: 1 as never });
    refuses('ERR_ARGUMENT', /planLinear: backwardFilter must be true or false, got 1/, plan);
  });
});
