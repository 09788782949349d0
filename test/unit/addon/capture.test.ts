import assert from 'node:assert/strict';
import { DeepInsideError } from '#lib/errors.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';

describeOnDevices('capture', (kind) => {
  const device = openedFor(kind);

  it('records without running; each replay runs', async () => {
    const y = device().tensor([1], 'float32');
    const one = device().tensor([1], 'float32');
    one.write(Float32Array.of(1));
    const recording = device().capture(() => device().axpy(1, one, y));
    assert.equal((await y.read())[0], 0);
    recording.replay();
    recording.replay(3);
    assert.equal((await y.read())[0], 4);
  });

  it('sees what was written between replays', async () => {
    const [x, y] = [device().tensor([1], 'float32'), device().tensor([1], 'float32')];
    const recording = device().capture(() => device().relu(x, y));
    for (const value of [3, -2, 5]) {
      x.write(Float32Array.of(value));
      recording.replay();
      assert.equal((await y.read())[0], Math.max(value, 0));
    }
  });

  it('refuses what cannot be recorded, and the device goes on', async () => {
    const y = device().tensor([1], 'float32');
    const other = device().capture(() => device().fill(2, y));
    const forbidden: Record<string, () => unknown> = {
      tensor: () => device().tensor([1], 'float32'),
      weights: () => device().weights(new Float32Array(1), [1, 1], null),
      write: () => y.write(new Float32Array(1)),
      read: () => y.read(),
      sync: () => device().sync(),
      plan: () => device().planLrn({ x: [1, 1, 1, 1], layout: 1, size: 1, alpha: 1, beta: 1, k: 1 }),
      capture: () => device().capture(() => undefined),
      replay: () => other.replay(),
    };
    for (const [name, call] of Object.entries(forbidden)) {
      const code = (error: unknown) => error instanceof DeepInsideError && error.code === 'ERR_CAPTURE';
      assert.throws(() => device().capture(call), code, name);
    }
    const record: () => unknown = async () => undefined;
    assert.throws(() => device().capture(record), /must not be async/);
    device().fill(7, y);
    assert.equal((await y.read())[0], 7);
  });

  it('keeps its tensors alive', async () => {
    const [x, y] = [device().tensor([2], 'float32'), device().tensor([2], 'float32')];
    x.write(Float32Array.of(1, -1));
    const recording = device().capture(() => device().relu(x, y));
    x.dispose();
    recording.replay();
    assert.deepEqual([...(await y.read())], [1, 0]);
  });
});
