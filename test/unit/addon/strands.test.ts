import assert from 'node:assert/strict';
import type { Conv2dOptions, Device, Weights } from '#lib/device/index.js';
import { DeepInsideError } from '#lib/errors.js';
import { inStrands } from '#lib/net/strands.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';
import { Random } from '../../support/random.js';

/** Filters [2, 3, 1, 1] on x = [n, 3, 4, 5]. */
function pointwise(weights: Weights, n: number): Conv2dOptions {
  const geometry = { stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 1] } as const;
  return { ...geometry, x: [n, 3, 4, 5], weights, groups: 1, activation: 'none' };
}

function random(elements: number): Float32Array {
  return new Random(elements).normals(elements);
}

function refused(call: () => unknown, code: string, text: RegExp): void {
  assert.throws(call, (error: unknown) => {
    assert(error instanceof DeepInsideError);
    assert.equal(error.code, code);
    assert.match(error.message, text);
    return true;
  });
}

describeOnDevices('recordings of strands', (kind) => {
  if (kind !== 'cpu') return it('skipped: they share out threads of the CPU');
  const device = openedFor(kind);

  /** What `run` leaves in y, which has 4 images as x has, recorded as so many strands. */
  async function recorded(strands: number, run: (device: Device, x: Float32Array) => Promise<Float32Array>) {
    return run(inStrands(device(), strands), random(4 * 6 * 2 * 2));
  }

  it('operations on the images of a batch give the same: 2 or 4 strands, x = [4, 6, 2, 2]', async () => {
    const run = async (opened: Device, values: Float32Array) => {
      const shape = [4, 6, 2, 2];
      const [x, a, b, c] = [shape, [4, 2, 2, 2], [4, 4, 2, 2], shape].map((one) => opened.tensor(one, 'float32'));
      const scale = opened.tensor([6], 'float32');
      const [rows, map] = [opened.tensor([4, 24], 'float32'), opened.tensor([4, 2, 2], 'float32')];
      const classes = opened.tensor([8], 'int32');
      const seeds = opened.tensor([8, 24], 'float32');
      x!.write(values);
      scale.write(random(6));
      classes.write(Int32Array.of(3, -1, 5, 0, -1, 23, 7, 7));
      const recording = opened.capture(() => {
        opened.split(x!, [a!, b!]);
        opened.relu(b!, b!);
        opened.concat([a!, b!], c!);
        opened.axpy(0.5, x!, c!);
        opened.scaleShift(c!, scale, null, c!);
        opened.reorder(c!, rows);
        opened.softmax(rows, rows);
        opened.maxAbsOverChannels(c!, scale, map, 'signed');
        opened.seed(rows, classes, seeds);
        opened.softmaxBackward(rows, seeds, seeds);
      });
      recording.replay();
      const read = await Promise.all([c!, rows, map, seeds].map((tensor) => tensor.read()));
      return Float32Array.from(read.flatMap((part) => [...part]));
    };
    const whole = await recorded(1, run);
    assert.deepEqual(await recorded(2, run), whole);
    assert.deepEqual(await recorded(4, run), whole);
  });

  it('refuse plans for other strands, and plans refuse to be run outside of them', async () => {
    const weights = await device().weights(random(6), [2, 3, 1, 1], null);
    const [whole, split] = await Promise.all([
      device().planConv2d(pointwise(weights, 4)),
      device().planConv2d({ ...pointwise(weights, 4), strands: 2 }),
    ]);
    assert.deepEqual(split.output, [4, 2, 4, 5]);
    const x = device().tensor([4, 3, 4, 5], 'float32', split.x);
    const y = device().tensor([4, 2, 4, 5], 'float32', split.y);
    const text = /for recordings of 2 strands, got one of 1; plan and capture with the same number/;
    refused(() => split.forward(x, y), 'ERR_CAPTURE', text);
    refused(() => split.backwardData(y, x), 'ERR_CAPTURE', text);
    refused(() => device().capture(() => whole.forward(x, y), 2), 'ERR_CAPTURE', /of 1 strands, got one of 2/);
    refused(() => device().capture(() => split.forward(x, y), 4), 'ERR_CAPTURE', /of 2 strands, got one of 4/);
    device()
      .capture(() => split.forward(x, y), 2)
      .replay();
    await device().sync();
  });

  it('refuse images that cannot be dealt evenly, and new weights; the device goes on', async () => {
    const weights = await device().weights(random(6), [2, 3, 1, 1], null);
    const matrix = await device().weights(random(6), [2, 3], null);
    const [x, w] = [device().tensor([3, 8], 'float32'), device().tensor([2, 3, 1, 1], 'float32')];
    const plan = () => device().planConv2d({ ...pointwise(weights, 3), strands: 2 });
    refused(plan, 'ERR_SHAPE', /planConv2d: x must have a multiple of 2 images, one or more for each strand, got \[3/);
    const linear = () => device().planLinear({ x: [3, 3], weights: matrix, activation: 'none', strands: 2 });
    refused(linear, 'ERR_SHAPE', /planLinear: x must have a multiple of 2 images/);
    const relu = () => device().capture(() => device().relu(x, x), 2);
    refused(relu, 'ERR_SHAPE', /must have a multiple of 2 images, one or more for each strand, got \[3, 8\]/);
    const update = () => device().capture(() => weights.update(w, null), 2);
    refused(update, 'ERR_CAPTURE', /weights.update: not while recording strands/);
    refused(() => device().capture(() => undefined, 0), 'ERR_ARGUMENT', /strands must be an integer of at least 1/);
    device()
      .capture(() => device().fill(2, x), 3)
      .replay();
    assert.deepEqual(new Set(await x.read()), new Set([2]));
  });

  it('are left out after a fault, whose error they leave as it is, and run again after it', async () => {
    const [x, y] = [device().tensor([4, 8], 'float32'), device().tensor([4, 8], 'float32')];
    x.write(new Float32Array(32).fill(-3));
    const recording = device().capture(() => {
      device().relu(x, y);
      device().axpy(-1, x, y);
    }, 4);
    const weights = await device().weights(Float32Array.of(1), [1, 1], null);
    const bad = device().tensor([1, 1], 'float32');
    bad.write(Float32Array.of(NaN));
    weights.update(bad, null);
    recording.replay(3);
    await assert.rejects(y.read(), { code: 'ERR_ARGUMENT', message: /^weights\.update: w must be finite/ });
    assert.deepEqual(new Set(await y.read()), new Set([0]));
    recording.replay(2);
    assert.deepEqual(new Set(await y.read()), new Set([3]));
  });

  it('keep what they use alive, and give it back', async () => {
    const before = device().memory();
    const weights = await device().weights(random(6), [2, 3, 1, 1], null);
    const plan = await device().planConv2d({ ...pointwise(weights, 4), strands: 4 });
    const x = device().tensor([4, 3, 4, 5], 'float32', plan.x);
    const y = device().tensor([4, 2, 4, 5], 'float32', plan.y);
    x.write(random(240));
    const recording = device().capture(() => plan.forward(x, y), 4);
    recording.replay();
    const first = await y.read();
    recording.replay(100);
    for (const handle of [plan, weights, x, recording]) handle.dispose();
    assert.deepEqual(await y.read(), first);
    y.dispose();
    await device().sync();
    assert.deepEqual({ ...device().memory(), peak: 0 }, { ...before, peak: 0 });
  });
});
