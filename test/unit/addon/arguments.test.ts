import assert from 'node:assert/strict';
import { DeepInsideError, type ErrorCode } from '#lib/errors.js';
import { openDevice, type Tensor } from '#lib/device/index.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';

describeOnDevices('bad arguments', (kind) => {
  const device = openedFor(kind);

  function refuses(code: ErrorCode, message: RegExp, call: () => unknown): void {
    assert.throws(call, (error) => {
      assert.ok(error instanceof DeepInsideError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    });
  }
  const tensor = (...shape: number[]) => device().tensor(shape, 'float32');

  it('shapes are refused with what came', () => {
    refuses('ERR_ARGUMENT', /device\.tensor: shape .* got \[0\]/, () => tensor(0));
    refuses('ERR_ARGUMENT', /got \[1\.5\]/, () => tensor(1.5));
    refuses('ERR_ARGUMENT', /got \[1, 1, 1, 1, 1\]/, () => tensor(1, 1, 1, 1, 1));
    refuses('ERR_ARGUMENT', /got "3"/, () => device().tensor('3' as never, 'float32'));
    refuses('ERR_ARGUMENT', /dtype must be one of .* got "float64"/, () => device().tensor([1], 'float64' as never));
    refuses('ERR_SHAPE', /4 dimensions/, () => device().tensor([2, 2], 'float32', 8));
  });

  it('more memory than there is is refused, and the device goes on', async () => {
    refuses('ERR_MEMORY', /2\^40/, () => tensor(1e9, 1e9));
    refuses('ERR_MEMORY', /cannot allocate|out of memory/i, () => tensor(1e6, 1e6));
    const y = tensor(2);
    device().fill(1, y);
    assert.deepEqual([...(await y.read())], [1, 1]);
  });

  it('tensors of another shape, type or layout are refused by name', () => {
    refuses('ERR_SHAPE', /relu: y must be \[2, 3\] float32, got \[3, 2\] float32/, () =>
      device().relu(tensor(2, 3), tensor(3, 2)),
    );
    refuses('ERR_DTYPE', /fill: y must be \[2\] float32, got \[2\] int32/, () =>
      device().fill(0, device().tensor([2], 'int32')),
    );
    refuses('ERR_SHAPE', /blocks of 8 channels; reorder it first/, () =>
      device().relu(tensor(1, 8, 1, 1), device().tensor([1, 8, 1, 1], 'float32', 8)),
    );
    refuses('ERR_ARGUMENT', /x must be a Tensor, got a Float32Array of 3 elements/, () =>
      device().relu(new Float32Array(3) as never, tensor(3)),
    );
  });

  it('LRN refuses to write where it reads, in views of the same channels too', async () => {
    const lrn = await device().planLrn({ x: [1, 3, 2, 2], layout: 1, size: 3, alpha: 1, beta: 0.75, k: 1 });
    const whole = tensor(1, 8, 2, 2);
    const [x, y, other] = [whole.channels(0, 3), whole.channels(2, 3), whole.channels(3, 3)];
    refuses('ERR_ARGUMENT', /lrn\.forward: y must have memory of its own/, () => lrn.forward(x, x));
    refuses('ERR_ARGUMENT', /y .* shares some with x; make another tensor/, () => lrn.forward(x, y));
    refuses('ERR_ARGUMENT', /lrn\.backward: dx .* shares some with dy/, () => lrn.backward(other, x, x));
    refuses('ERR_ARGUMENT', /lrn\.backward: dx .* shares some with x/, () => lrn.backward(x, other, x));
    lrn.forward(x, other);
    lrn.backward(x, x, other);
    await device().sync();
  });

  it('operations of single elements write to an operand or apart from it, never in between', async () => {
    const [whole, scale] = [tensor(1, 8, 2, 2), tensor(3)];
    const [x, y, apart] = [whole.channels(0, 3), whole.channels(2, 3), whole.channels(3, 3)];
    const [pairs, squares] = [tensor(1, 2), tensor(1)];
    const calls: Record<string, (x: Tensor, y: Tensor) => void> = {
      relu: (x, y) => device().relu(x, y),
      add: (x, y) => device().add(x, apart, y),
      axpy: (x, y) => device().axpy(1, x, y),
      scaleShift: (x, y) => device().scaleShift(x, scale, null, y),
      blend: (x, y) => device().blend(pairs, x, y),
      addNormalised: (x, y) => device().addNormalised(1, squares, x, y),
    };
    for (const [name, call] of Object.entries(calls)) {
      refuses('ERR_ARGUMENT', new RegExp(`${name}: y must be [ax] or have memory of its own, .*; make another`), () =>
        call(x, y),
      );
      call(x, x);
      call(x, apart);
    }
    refuses('ERR_ARGUMENT', /add: y must be b or have memory of its own/, () => device().add(tensor(1, 3, 2, 2), x, y));
    const three = tensor(1, 3, 2, 2);
    refuses('ERR_ARGUMENT', /reluBackward: dx must be y or/, () => device().reluBackward('guided', x, three, y));
    refuses('ERR_ARGUMENT', /reluBackward: dx must be dy or/, () => device().reluBackward('guided', three, x, y));
    await device().sync();
  });

  it('of views of several images too, which may lie between each other', async () => {
    const [whole, narrow] = [tensor(2, 8, 2, 2), tensor(2, 6, 2, 2)];
    whole.write(Float32Array.from({ length: 64 }, (_, i) => i));
    refuses('ERR_ARGUMENT', /relu: y must be x or/, () => device().relu(whole.channels(0, 4), whole.channels(3, 4)));
    device().relu(narrow.channels(0, 3), narrow.channels(3, 3));
    device().add(whole.channels(0, 4), whole.channels(4, 4), whole.channels(0, 4));
    const expected = Float32Array.from({ length: 64 }, (_, i) => (i % 32 < 16 ? 2 * i + 16 : i));
    assert.deepEqual(await whole.read(), expected);
  });

  it('gradients whose images are no multiple of those of the forward pass are refused', async () => {
    const [y, three] = [tensor(2, 4), tensor(3, 4)];
    refuses(
      'ERR_SHAPE',
      /reluBackward: dy must be \[2, 4\] float32 or have a multiple of its images, got \[3, 4\]/,
      () => device().reluBackward('gradient', y, three, three),
    );
    refuses('ERR_SHAPE', /reluBackward: dx must be \[4, 4\] float32, got \[2, 4\]/, () =>
      device().reluBackward('gradient', y, tensor(4, 4), y),
    );
    refuses('ERR_SHAPE', /softmaxBackward: dy must be \[4, 4\] float32, got \[4, 5\]/, () =>
      device().softmaxBackward(y, tensor(4, 5), tensor(4, 5)),
    );
    refuses('ERR_SHAPE', /seed: classes must be \[2\] int32 or have a multiple/, () =>
      device().seed(y, device().tensor([3], 'int32'), three),
    );
    const pool = {
      x: [2, 1, 2, 2],
      layout: 1,
      kernel: [2, 2],
      stride: [2, 2],
      pad: [0, 0, 0, 0],
      output: [1, 1],
    } as const;
    const [small, large] = [tensor(3, 1, 1, 1), tensor(3, 1, 2, 2)];
    const max = await device().planMaxPool(pool);
    refuses('ERR_SHAPE', /unpool: dy must be .* a multiple of its images, got \[3, 1, 1, 1\]/, () =>
      max.unpool(small, device().tensor([2, 1, 1, 1], 'int32'), large),
    );
    refuses('ERR_SHAPE', /unpool: switches must be \[2, 1, 1, 1\] int32, got \[4, 1, 1, 1\]/, () =>
      max.unpool(tensor(4, 1, 1, 1), device().tensor([4, 1, 1, 1], 'int32'), tensor(4, 1, 2, 2)),
    );
    const average = await device().planAveragePool({ ...pool, divisor: 'inside' });
    refuses('ERR_SHAPE', /averagePool\.backward: dx must be \[4, 1, 2, 2\] float32, got \[2, 1, 2, 2\]/, () =>
      average.backward(tensor(4, 1, 1, 1), tensor(2, 1, 2, 2)),
    );
  });

  it('host arrays of another length or type are refused', () => {
    refuses('ERR_ARGUMENT', /Float32Array of 6 elements for \[2, 3\], got a Float32Array of 5/, () =>
      tensor(2, 3).write(new Float32Array(5)),
    );
    refuses('ERR_ARGUMENT', /Float32Array of 2 elements .*got an Int32Array of 2 elements/, () =>
      tensor(2).write(new Int32Array(2) as never),
    );
    refuses('ERR_ARGUMENT', /into must be a Float32Array of 2/, () => tensor(2).read(new Float32Array(3)));
  });

  it('plans that cannot be are refused', async () => {
    const weights = await device().weights(new Float32Array(18), [1, 2, 3, 3], null);
    const conv = { x: [1, 2, 5, 5], weights, stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
    const plan = (options: object) => () => device().planConv2d({ ...conv, activation: 'none', ...options });
    refuses('ERR_SHAPE', /does not fit weights \[1, 2, 3, 3\]/, plan({ x: [1, 3, 5, 5] }));
    refuses('ERR_SHAPE', /output would be empty/, plan({ x: [1, 2, 2, 5] }));
    refuses('ERR_ARGUMENT', /stride must be 2 integers from 1 to 2\^31 - 1, got \[0, 1\]/, plan({ stride: [0, 1] }));
    refuses('ERR_ARGUMENT', /activation must be one of 'none', 'relu'/, plan({ activation: 'tanh' }));
    refuses('ERR_ARGUMENT', /precision must be one of 'float32', 'tf32', 'bfloat16'/, plan({ precision: 'half' }));
    refuses('ERR_ARGUMENT', /weights must come from device\.weights/, plan({ weights: {} }));
    const pool = { x: [1, 1, 4, 4], layout: 1, kernel: [2, 2], stride: [2, 2], pad: [0, 0, 0, 0] } as const;
    refuses('ERR_SHAPE', /every window must hold a pixel/, () => device().planMaxPool({ ...pool, output: [3, 2] }));
    refuses('ERR_UNSUPPORTED', /size must be odd/, () =>
      device().planLrn({ x: [1, 4, 2, 2], layout: 1, size: 4, alpha: 1, beta: 0.75, k: 1 }),
    );
  });

  it('sizes whose products overflow are refused before anything is computed with them', async () => {
    refuses('ERR_ARGUMENT', /layout must be what a plan gave: 1, 8, 16/, () =>
      device().tensor([4096, 1, 1, 1], 'float32', 2 ** 52),
    );
    const pool = { x: [1, 1, 4, 4], layout: 1, kernel: [2, 2], pad: [0, 0, 0, 0] } as const;
    refuses('ERR_ARGUMENT', /stride must be 2 integers from 1 to 2\^31 - 1/, () =>
      device().planMaxPool({ ...pool, stride: [2 ** 44, 1], output: [2 ** 20 + 1, 4] }),
    );
    const x = [2 ** 20, 1, 1, 1];
    const weights = await device().weights(new Float32Array(1), [1, 1, 1, 1], null);
    refuses('ERR_MEMORY', /the output .* more than 2\^40 elements/, () =>
      device().planConv2d({
        ...{ x, weights, stride: [1, 1], pad: [2 ** 30, 0, 0, 0], dilation: [1, 1], groups: 1, activation: 'none' },
      }),
    );
  });

  it('concat and split want channels', () => {
    refuses('ERR_SHAPE', /must be \[n, c, h, w\] or \[n, features\], got \[1, 5, 2\]/, () =>
      device().concat([tensor(1, 2, 2), tensor(1, 3, 2)], tensor(1, 5, 2)),
    );
    refuses('ERR_SHAPE', /got \[5\]/, () => device().split(tensor(5), [tensor(5)]));
  });

  it('a plan that needs too much memory leaves the plans before it working', async () => {
    const weights = await device().weights(new Float32Array(64 * 3 * 49).fill(1), [64, 3, 7, 7], null);
    const conv = {
      weights,
      stride: [2, 2],
      pad: [0, 0, 0, 0],
      dilation: [1, 1],
      groups: 1,
      activation: 'none',
    } as const;
    const plan = await device().planConv2d({ ...conv, x: [1, 3, 7, 7] });
    const x = device().tensor([1, 3, 7, 7], 'float32', plan.x);
    const y = device().tensor(plan.output, 'float32', plan.y);
    device().fill(1, x);
    // Some processors need no scratch memory for this; on the others a million images exceed any machine.
    await Promise.allSettled([device().planConv2d({ ...conv, x: [1_000_000, 3, 227, 227] })]);
    plan.forward(x, y);
    assert.ok((await y.read()).every((value) => value === 147));
    plan.backwardData(y, x);
    assert.equal((await x.read())[0], 64 * 147);
  });

  it('any JS value can be refused', () => {
    const endless: unknown[] = [];
    endless.push(endless);
    for (const value of [endless, Symbol('s'), 10n, null, undefined, () => 1, {}]) {
      refuses('ERR_ARGUMENT', /device\.tensor: shape must be/, () => device().tensor(value as never, 'float32'));
    }
  });

  it('shared memory is read and written like any other', async () => {
    const x = tensor(2);
    x.write(new Float32Array(new SharedArrayBuffer(8)).fill(5));
    const into = new Float32Array(new SharedArrayBuffer(8));
    assert.equal(await x.read(into), into);
    assert.deepEqual([...into], [5, 5]);
  });

  it('an array that is detached while it is read into is refused', async () => {
    const into = new Float32Array(2);
    const reading = tensor(2).read(into);
    structuredClone(into, { transfer: [into.buffer] });
    await assert.rejects(reading, { code: 'ERR_ARGUMENT' });
  });

  it('handles of another device are refused', async () => {
    const other = await openDevice(kind);
    refuses('ERR_DEVICE', /x must be a tensor of this device/, () =>
      device().relu(other.tensor([2], 'float32'), tensor(2)),
    );
    other.dispose();
  });

  it('foreign receivers and constructors reach nothing native', () => {
    const x = tensor(2);
    assert.throws(() => x.read.call({} as never));
    assert.throws(() => x.read.call(device() as never));
    const construct = x.constructor as new (...given: unknown[]) => unknown;
    refuses('ERR_ARGUMENT', /cannot be constructed/, () => new construct());
    refuses('ERR_ARGUMENT', /cannot be constructed/, () => new construct({}, 1));
  });
});
