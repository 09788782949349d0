import assert from 'node:assert/strict';
import type { Device } from '#lib/device/index.js';
import { describeOnDevices, openedFor } from '../../support/devices.js';

const window = { stride: [1, 1], pad: [0, 0, 0, 0] } as const;
const pool = { x: [1, 1, 4, 4], layout: 1, kernel: [2, 2], output: [3, 3], ...window } as const;

/** What each call that plans takes, everything that may be left out included. */
const whole: Readonly<Record<string, (device: Device) => Promise<object>>> = {
  planConv2d: async (device) => ({
    ...{ x: [2, 1, 4, 4], weights: await device.weights(new Float32Array(4), [1, 1, 2, 2], null), ...window },
    ...{ dilation: [1, 1], groups: 1, activation: 'none', forward: 'direct', backwardData: 'direct' },
    ...{ dy: 'one channel', xLayout: 1, yLayout: 1, precision: 'float32', backwardFilter: true, strands: 1 },
  }),
  planLinear: async (device) => ({
    ...{ x: [2, 3], weights: await device.weights(new Float32Array(6), [2, 3], null), activation: 'none' },
    ...{ precision: 'float32', backwardFilter: true, strands: 1 },
  }),
  planMaxPool: () => Promise.resolve(pool),
  planAveragePool: () => Promise.resolve({ ...pool, divisor: 'inside' }),
  planMaxFlow: () => Promise.resolve({ rows: 1, cols: 2, neighbours: 4 }),
  planLrn: () => Promise.resolve({ x: [1, 4, 2, 2], layout: 1, size: 3, alpha: 1, beta: 0.75, k: 1 }),
};

describeOnDevices('options of plans', (kind) => {
  const device = openedFor(kind);
  const plan = (name: string, options: unknown) =>
    (device() as unknown as Record<string, (options: unknown) => Promise<unknown>>)[name]!(options);

  for (const [name, optionsOn] of Object.entries(whole)) {
    it(`device.${name} takes all that it knows, and refuses another with the nearest name`, async () => {
      const options = await optionsOn(device());
      assert.ok(await plan(name, options));
      const known = Object.keys(options);
      for (const one of known) {
        const misspelt = `${one}s`;
        if (known.includes(misspelt)) continue;
        assert.throws(
          () => plan(name, { ...options, [misspelt]: 1 }),
          (error) => {
            const { code, message } = error as { code: string; message: string };
            assert.equal(code, 'ERR_ARGUMENT', message);
            const [said, list] = message.split(' (options: ');
            assert.equal(said, `device.${name}: unknown option ${misspelt}; did you mean ${one}?`);
            assert.deepEqual(list!.slice(0, -1).split(', ').sort(), known.sort());
            return true;
          },
        );
      }
    });
  }

  it('a name that is like none is refused without another, and what an object inherits is overlooked', async () => {
    const options = await whole['planLrn']!(device());
    const message = 'device.planLrn: unknown option backwardFilter (options: x, layout, size, alpha, beta, k)';
    assert.throws(() => plan('planLrn', { ...options, backwardFilter: true }), { code: 'ERR_ARGUMENT', message });
    assert.ok(await plan('planLrn', Object.assign(Object.create({ whose: 'prototype' }) as object, options)));
  });

  it('only one kind of gradient can be expected', async () => {
    const options = await whole['planConv2d']!(device());
    const message = /planConv2d: dy must be one of 'one channel', got "x"/;
    assert.throws(() => plan('planConv2d', { ...options, dy: 'x' }), { code: 'ERR_ARGUMENT', message });
  });
});
