import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { openDevice, type Device, type Tensor } from '#lib/device/index.js';
import { ended } from '../support/command-line.js';
import { describeOnDevices } from '../support/devices.js';
import { repository } from '../support/shared.js';

const window = {
  x: [1, 2, 2, 2],
  layout: 1,
  kernel: [2, 2],
  stride: [2, 2],
  pad: [0, 0, 0, 0],
  output: [1, 1],
} as const;
const lrn = { x: window.x, layout: 1, size: 1, alpha: 1, beta: 1, k: 1 } as const;

/** Options of each plan call, of weights where it takes some. */
const plans = {
  planConv2d: { shape: [1, 2, 1, 1], options: { ...conv() } },
  planLinear: { shape: [1, 2], options: { x: [1, 2], activation: 'none', strands: 1 } },
  planMaxPool: { shape: null, options: window },
  planAveragePool: { shape: null, options: { ...window, divisor: 'inside' } },
  planLrn: { shape: null, options: lrn },
  planMaxFlow: { shape: null, options: { rows: 1, cols: 2, neighbours: 4 } },
} as const;

function conv() {
  const geometry = { x: window.x, stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
  const choices = { forward: 'direct', backwardData: 'direct', xLayout: 1, yLayout: 1, strands: 1 } as const;
  return { ...geometry, ...choices, activation: 'none' } as const;
}

type PlanCall = (options: object) => Promise<unknown>;

/** The plan call, and its options, of which `key` disposes of the device or of the weights when it is read. */
async function prepared(device: Device, name: keyof typeof plans, key: string, victim: 'device' | 'weights') {
  const { shape, options } = plans[name];
  const weights = shape && (await device.weights(Float32Array.of(1, 2), shape, null));
  const given: Record<string, unknown> = { ...options, ...(weights && { weights }) };
  const value = given[key];
  Object.defineProperty(given, key, {
    get() {
      (victim === 'device' ? device : weights)?.dispose();
      return value;
    },
  });
  return () => (device[name] as PlanCall)(given);
}

/** An array whose first entry disposes of the device when it is read. */
function trapped<T>(device: Device, first: T, ...others: T[]): T[] {
  return Object.defineProperty([first, ...others], '0', { get: () => (device.dispose(), first) });
}

const isDisposed = { code: 'ERR_DISPOSED' };

describeOnDevices('a getter that runs inside a native call', (kind) => {
  for (const name of Object.keys(plans) as (keyof typeof plans)[]) {
    const keys = Object.keys(plans[name].options);
    if (plans[name].shape) keys.push('weights');

    it(`${name}: may dispose of the device with any option: ERR_DISPOSED, and another device plans it`, async () => {
      for (const key of keys) {
        const device = await openDevice(kind);
        assert.throws(await prepared(device, name, key, 'device'), isDisposed, key);
        const other = await openDevice(kind);
        await (
          await prepared(other, name, 'none', 'device')
        )();
        other.dispose();
      }
    });

    if (!plans[name].shape) continue;
    it(`${name}: may dispose of the weights with any option: planned, or ERR_DISPOSED`, async () => {
      for (const key of keys) {
        const device = await openDevice(kind);
        const call = await prepared(device, name, key, 'weights');
        // They are read where they are asked for; a plan owns them from then on.
        if (key === 'weights') assert.throws(call, isDisposed);
        else await call();
        await (
          await prepared(device, name, 'none', 'device')
        )();
        device.dispose();
      }
    });
  }

  it('may dispose of the device with the sides of a shape, and with the tensors of a list', async () => {
    const calls: Record<string, (device: Device, x: Tensor) => unknown> = {
      tensor: (device) => device.tensor(trapped(device, 1, 2), 'float32'),
      weights: (device) => device.weights(Float32Array.of(1, 2), trapped(device, 1, 2), null),
      concat: (device, x) => device.concat(trapped(device, x), x),
      split: (device, x) => device.split(x, trapped(device, x)),
    };
    for (const [name, call] of Object.entries(calls)) {
      const device = await openDevice(kind);
      const x = device.tensor([1, 2], 'float32');
      assert.throws(() => call(device, x), isDisposed, name);
    }
  });

  it('may throw, or give what is refused, and nothing is left that the process would wait for', async () => {
    const source = `
      import { openDevice } from '${import.meta.resolve('#lib/index.js')}';
      const device = await openDevice('${kind}');
      const conv = { weights: await device.weights(new Float32Array(2), [1, 2, 1, 1], null), ...${JSON.stringify(conv())} };
      const linear = { weights: await device.weights(new Float32Array(2), [1, 2], null), x: [1, 2], activation: 'none' };
      for (const [name, options] of Object.entries({ planConv2d: conv, planLinear: linear })) {
        for (const key of Object.keys(options)) {
          for (const get of [() => Symbol('none'), () => { throw Object.assign(new Error('mine'), { code: 'MINE' }); }]) {
            try {
              device[name](Object.defineProperty({ ...options }, key, { get }));
            } catch (error) {
              if (error.code !== 'ERR_ARGUMENT' && error.code !== 'MINE') throw error;
            }
          }
        }
      }
      console.log('end');`;
    const args = ['--input-type=module', '-e', source];
    const child = spawn(process.execPath, args, { cwd: repository, timeout: 20_000, killSignal: 'SIGKILL' });
    assert.deepEqual(await ended(child), { code: 0, signal: null, stdout: 'end\n', stderr: '' });
  });
});
