import assert from 'node:assert/strict';
import type { Shape, Tensor } from '#lib/device/index.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';

describeOnDevices('operations', (kind) => {
  const device = openedFor(kind);

  function given(shape: Shape, values: readonly number[]): Tensor<'float32'> {
    const tensor = device().tensor(shape, 'float32');
    tensor.write(Float32Array.from(values));
    return tensor;
  }
  const empty = (shape: Shape): Tensor<'float32'> => device().tensor(shape, 'float32');
  const read = async (tensor: Tensor): Promise<number[]> => [...(await tensor.read())];

  it('a new tensor is zero', async () => {
    assert.deepEqual(await read(empty([2, 3])), [0, 0, 0, 0, 0, 0]);
    assert.deepEqual(await read(device().tensor([2], 'int32')), [0, 0]);
  });

  it('relu cuts below zero and lets NaN through', async () => {
    const y = empty([4]);
    device().relu(given([4], [-1, 0, 2, NaN]), y);
    assert.deepEqual(await read(y), [0, 0, 2, NaN]);
  });

  it('the three rules differ only in what they let through', async () => {
    const y = given([4], [0, 0, 5, 5]);
    const dy = given([4], [-1, 1, -1, 1]);
    const results = [];
    for (const rule of ['gradient', 'deconvnet', 'guided'] as const) {
      const dx = empty([4]);
      device().reluBackward(rule, y, dy, dx);
      results.push(await read(dx));
    }
    assert.deepEqual(results, [
      [0, 0, -1, 1],
      [0, 1, 0, 1],
      [0, 0, 0, 1],
    ]);
  });

  it('add overwrites, axpy adds', async () => {
    const y = given([2], [100, 100]);
    device().add(given([2], [1, 2]), given([2], [10, 20]), y);
    device().axpy(-2, given([2], [3, 4]), y);
    assert.deepEqual(await read(y), [5, 14]);
  });

  it('numbers are rounded to float32, below its range to 0, and refused beyond it', async () => {
    const [x, y] = [given([2], [1, 1e30]), given([2], [5, 5])];
    device().axpy(1e-50, x, y);
    assert.deepEqual(await read(y), [5, 5]);
    device().fill(0.1, y);
    assert.deepEqual(await read(y), [Math.fround(0.1), Math.fround(0.1)]);
    for (const [call, where] of [
      [() => device().axpy(1e39, x, y), 'device.axpy: alpha'],
      [() => device().axpy(-Infinity, x, y), 'device.axpy: alpha'],
      [() => device().fill(3.5e38, y), 'device.fill: value'],
    ] as const) {
      const message = new RegExp(`^${where} must be a finite number in float32's range, up to 3.4.*e\\+38, got `);
      assert.throws(call, { code: 'ERR_ARGUMENT', message });
    }
    assert.deepEqual(await read(y), [Math.fround(0.1), Math.fround(0.1)]);
  });

  it('softmax sums to one and survives large scores; its backward is y (dy - <dy, y>)', async () => {
    const y = empty([2, 2]);
    device().softmax(given([2, 2], [0, Math.log(3), 1000, 1000]), y);
    const [a, b, c, d] = await read(y);
    assert.ok(Math.abs(a! - 0.25) < 1e-6 && Math.abs(b! - 0.75) < 1e-6);
    assert.deepEqual([c, d], [0.5, 0.5]);
    const dx = empty([2, 2]);
    device().softmaxBackward(y, given([2, 2], [1, 0, 0, 1]), dx);
    const expected = [0.1875, -0.1875, -0.25, 0.25];
    (await read(dx)).forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 1e-6));
  });

  it('seed is one-hot at the class, or at the first of the highest scores for -1', async () => {
    const classes = device().tensor([3], 'int32');
    classes.write(Int32Array.of(2, -1, -1));
    const dy = empty([3, 3]);
    device().seed(given([3, 3], [9, 0, 0, 1, 5, 5, -3, -2, -1]), classes, dy);
    assert.deepEqual(await read(dy), [0, 0, 1, 0, 1, 0, 0, 0, 1]);
  });

  it('several gradients of each image use what its forward pass left: n = 2, m = 2', async () => {
    const masked = empty([4, 2]);
    device().reluBackward('gradient', given([2, 2], [1, 0, 0, 1]), given([4, 2], [1, 2, 3, 4, 5, 6, 7, 8]), masked);
    assert.deepEqual(await read(masked), [1, 0, 3, 0, 0, 6, 0, 8]);

    const dx = empty([4, 2]);
    device().softmaxBackward(given([2, 2], [0.5, 0.5, 0.25, 0.75]), given([4, 2], [2, 0, 0, 4, 4, 0, 0, 4]), dx);
    assert.deepEqual(await read(dx), [0.5, -0.5, -1, 1, 0.75, -0.75, -0.75, 0.75]);

    const classes = device().tensor([4], 'int32');
    classes.write(Int32Array.of(-1, 1, 2, -1));
    const dy = empty([4, 3]);
    device().seed(given([2, 3], [7, 1, 2, 3, 4, 4]), classes, dy);
    assert.deepEqual(await read(dy), [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0]);
  });

  it('several gradients of each image go back through its LRN: y = 1 / x gives dx = -dy / x^2', async () => {
    const lrn = await device().planLrn({ x: [2, 1, 1, 1], layout: 1, size: 1, alpha: 1, beta: 1, k: 0 });
    const dx = empty([4, 1, 1, 1]);
    lrn.backward(given([2, 1, 1, 1], [1, 2]), given([4, 1, 1, 1], [4, 8, 12, 16]), dx);
    assert.deepEqual(await read(dx), [-4, -8, -3, -4]);
  });

  it('the channel maximum takes the magnitude, or keeps the sign of the first that has it', async () => {
    const x = given([1, 3, 1, 2], [1, -2, -3, 2, 3, 0]);
    const [map, signed, scaled] = [empty([1, 1, 2]), empty([1, 1, 2]), empty([1, 1, 2])];
    device().maxAbsOverChannels(x, null, map, 'magnitude');
    device().maxAbsOverChannels(x, null, signed, 'signed');
    device().maxAbsOverChannels(x, given([3], [10, 1, 1]), scaled, 'signed');
    assert.deepEqual(await read(map), [3, 2]);
    assert.deepEqual(await read(signed), [-3, -2]);
    assert.deepEqual(await read(scaled), [10, -20]);
  });

  it('padding channels stay zero behind LRN with k = 0: x=[1,20,2,2]', async () => {
    const weights = await device().weights(new Float32Array(20).fill(1), [1, 20, 1, 1], null);
    const conv = await device().planConv2d({
      ...{ x: [1, 20, 2, 2], weights, stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 1], groups: 1 },
      activation: 'none',
    });
    const lrn = await device().planLrn({ x: [1, 20, 2, 2], layout: conv.x, size: 1, alpha: 1, beta: 0.5, k: 0 });
    const [x, dx] = [0, 1].map(() => device().tensor([1, 20, 2, 2], 'float32', conv.x));
    const y = device().tensor(conv.output, 'float32', conv.y);
    device().fill(3, x!);
    lrn.forward(x!, dx!);
    conv.forward(dx!, y);
    (await read(y)).forEach((value) => assert.ok(Math.abs(value - 20) < 1e-5));
    lrn.backward(x!, x!, dx!);
    conv.forward(dx!, y);
    (await read(y)).forEach((value) => assert.ok(Math.abs(value) < 1e-5)); // x / |x| is constant
  });

  it('new values of weights reach the plans that were made before', async () => {
    const weights = await device().weights(Float32Array.of(1, 2), [1, 2, 1, 1], Float32Array.of(0.5));
    const plan = await device().planConv2d({
      ...{ x: [1, 2, 1, 1], weights, stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 1], groups: 1 },
      activation: 'none',
    });
    const x = device().tensor([1, 2, 1, 1], 'float32', plan.x);
    x.write(Float32Array.of(10, 100));
    const y = device().tensor(plan.output, 'float32', plan.y);
    plan.forward(x, y);
    assert.deepEqual(await read(y), [210.5]);
    weights.update(given([1, 2, 1, 1], [3, 4]), given([1], [0]));
    plan.forward(x, y);
    assert.deepEqual(await read(y), [430]);
    weights.update(given([1, 2, 1, 1], [5, 6]), null);
    plan.forward(x, y);
    assert.deepEqual(await read(y), [650]);
  });

  it('convolution pads before and after apart, and its backward is the adjoint', async () => {
    const weights = await device().weights(Float32Array.of(1, 10, 100), [1, 1, 1, 3], null);
    const plan = await device().planConv2d({
      ...{ x: [1, 1, 1, 3], weights, stride: [1, 1], pad: [0, 2, 0, 1], dilation: [1, 1], groups: 1 },
      activation: 'none',
    });
    assert.deepEqual(plan.output, [1, 1, 1, 4]);
    const x = device().tensor([1, 1, 1, 3], 'float32', plan.x);
    x.write(Float32Array.of(1, 2, 3));
    const y = device().tensor(plan.output, 'float32', plan.y);
    plan.forward(x, y);
    assert.deepEqual(await read(y), [100, 210, 321, 32]);
    const dx = device().tensor([1, 1, 1, 3], 'float32', plan.x);
    plan.backwardData(y, dx);
    assert.deepEqual(await read(dx), [100 * 100 + 210 * 10 + 321, 210 * 100 + 321 * 10 + 32, 321 * 100 + 32 * 10]);
  });

  it('backwardData gives 0 where the mask is not above 0, each of its images serving m gradients', async () => {
    const linear = await device().planLinear({
      ...{ x: [4, 2], weights: await device().weights(Float32Array.of(2, 3), [1, 2], null), activation: 'none' },
    });
    const dy = given([4, 1], [1, 10, 100, 1000]);
    const dx = device().tensor([4, 2], 'float32');
    linear.backwardData(dy, dx, given([2, 2], [1, 0, -1, 0.5]));
    assert.deepEqual(await read(dx), [2, 0, 20, 0, 0, 300, 0, 3000]);
    linear.backwardData(dy, dx, null);
    assert.deepEqual(await read(dx), [2, 3, 20, 30, 200, 300, 2000, 3000]);
    const conv = await device().planConv2d({
      ...{ x: [2, 1, 1, 2], weights: await device().weights(Float32Array.of(3), [1, 1, 1, 1], null), stride: [1, 1] },
      ...{ pad: [0, 0, 0, 0], dilation: [1, 1], groups: 1, activation: 'none' },
    });
    const [planes, dplanes] = [conv.y, conv.x].map((layout) => device().tensor([2, 1, 1, 2], 'float32', layout));
    planes!.write(Float32Array.of(1, 2, 3, 4));
    const mask = device().tensor([1, 1, 1, 2], 'float32', conv.x);
    mask.write(Float32Array.of(0, 1));
    conv.backwardData(planes!, dplanes!, mask);
    assert.deepEqual(await read(dplanes!), [0, 6, 0, 12]);
    assert.throws(() => linear.backwardData(dy, dx, given([3, 2], [1, 1, 1, 1, 1, 1])), {
      message: /weighted\.backwardData: mask must be/,
    });
  });
});
