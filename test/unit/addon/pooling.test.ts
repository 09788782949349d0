import assert from 'node:assert/strict';
import type { Shape, Tensor } from '#lib/device/index.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';

describeOnDevices('pooling', (kind) => {
  const device = openedFor(kind);

  function given(shape: Shape, values: readonly number[]): Tensor<'float32'> {
    const tensor = device().tensor(shape, 'float32');
    tensor.write(Float32Array.from(values));
    return tensor;
  }
  const empty = (shape: Shape): Tensor<'float32'> => device().tensor(shape, 'float32');
  const read = async (tensor: Tensor): Promise<number[]> => [...(await tensor.read())];

  it('gives a tie to the first in row-major order, all-zero windows too', async () => {
    const plan = await device().planMaxPool({
      ...{ x: [1, 1, 2, 4], layout: 1, kernel: [2, 2], stride: [2, 2], pad: [0, 0, 0, 0], output: [1, 2] },
    });
    const y = empty([1, 1, 1, 2]);
    const switches = device().tensor([1, 1, 1, 2], 'int32');
    plan.forward(given([1, 1, 2, 4], [0, 0, 1, 7, 0, 0, 7, 7]), y, switches);
    assert.deepEqual(await read(y), [0, 7]);
    assert.deepEqual(await read(switches), [0, 3]);
    const dx = empty([1, 1, 2, 4]);
    plan.unpool(given([1, 1, 1, 2], [4, 5]), switches, dx);
    assert.deepEqual(await read(dx), [4, 0, 0, 5, 0, 0, 0, 0]);
  });

  it('goes back by unpool, which adds where two windows share a maximum', async () => {
    const plan = await device().planMaxPool({
      ...{ x: [1, 1, 1, 3], layout: 1, kernel: [1, 2], stride: [1, 1], pad: [0, 0, 0, 0], output: [1, 2] },
    });
    const switches = device().tensor([1, 1, 1, 2], 'int32');
    plan.forward(given([1, 1, 1, 3], [1, 9, 2]), empty([1, 1, 1, 2]), switches);
    const dx = empty([1, 1, 1, 3]);
    plan.unpool(given([1, 1, 1, 2], [0.5, 2]), switches, dx);
    assert.deepEqual(await read(dx), [0, 2.5, 0]);
  });

  it('padding after and rounding up are expressible: x=[1,1,3,3] k=2 s=2 p=[0,0,1,1]', async () => {
    const x = given([1, 1, 3, 3], [-1, -2, -3, -4, -5, -6, -7, -8, -9]);
    const window = { x: [1, 1, 3, 3], layout: 1, kernel: [2, 2], stride: [2, 2], output: [2, 2] } as const;
    for (const pad of [
      [0, 0, 1, 1],
      [0, 0, 0, 0],
    ] as const) {
      const y = empty([1, 1, 2, 2]);
      (await device().planMaxPool({ ...window, pad })).forward(x, y, device().tensor([1, 1, 2, 2], 'int32'));
      assert.deepEqual(await read(y), [-1, -3, -7, -9]);
    }
    const [inside, padded] = [empty([1, 1, 2, 2]), empty([1, 1, 2, 2])];
    const pad = [0, 0, 1, 1] as const;
    (await device().planAveragePool({ ...window, pad, divisor: 'inside' })).forward(x, inside);
    (await device().planAveragePool({ ...window, pad, divisor: 'padded' })).forward(x, padded);
    assert.deepEqual(await read(inside), [-3, -4.5, -7.5, -9]);
    assert.deepEqual(await read(padded), [-3, -2.25, -3.75, -2.25]);
  });

  it('several gradients of each image go back through its switches and windows: n = 2, m = 2', async () => {
    const window = { layout: 1, kernel: [1, 2], stride: [1, 2], pad: [0, 0, 0, 0], output: [1, 1] } as const;
    const x = given([2, 1, 1, 2], [5, 3, 3, 5]);
    const dy = given([4, 1, 1, 1], [1, 2, 3, 4]);
    const pool = await device().planMaxPool({ ...window, x: x.shape });
    const switches = device().tensor([2, 1, 1, 1], 'int32');
    pool.forward(x, empty([2, 1, 1, 1]), switches);
    const [unpooled, spread] = [empty([4, 1, 1, 2]), empty([4, 1, 1, 2])];
    pool.unpool(dy, switches, unpooled);
    assert.deepEqual(await read(unpooled), [1, 0, 2, 0, 0, 3, 0, 4]);
    (await device().planAveragePool({ ...window, x: x.shape, divisor: 'inside' })).backward(dy, spread);
    assert.deepEqual(await read(spread), [0.5, 0.5, 1, 1, 1.5, 1.5, 2, 2]);
  });
});
