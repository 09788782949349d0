import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Conv2dOptions } from '#lib/device/index.js';
import { openDevice } from '#lib/device/index.js';
import { TuningCache } from '#lib/net/tuning-cache.js';
import { tuned } from '#lib/net/tuning.js';
import { Turn } from '#lib/net/turn.js';
import { fireNet } from '../../support/nets.js';
import { withPass } from '../../support/passes.js';
import { Random } from '../../support/random.js';
import { keptChoices } from '../../support/kept-choices.js';

describe('tune: true', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tuning-'))));
  afterEach(() => rm(folder, { recursive: true }));

  async function planned(
    cache: TuningCache,
    expected: Partial<Conv2dOptions> = {},
    build?: string,
    turn = new Turn(),
    kind = 'cpu',
  ) {
    const device = await openDevice('cpu', { threads: 1 });
    const weights = await device.weights(new Random(1).normals(20 * 18 * 9), [20, 18, 3, 3], null);
    const options: Conv2dOptions = {
      ...{ x: [1, 18, 12, 12], weights, stride: [1, 1], pad: [1, 1, 1, 1], dilation: [1, 1], groups: 1 },
      activation: 'relu',
      ...expected,
    };
    const written: Float32Array[] = [];
    const seen: Conv2dOptions[] = [];
    const watched = new Proxy(device, {
      get: (target, key) => {
        if (key === 'planConv2d') return (one: Conv2dOptions) => (seen.push(one), target.planConv2d(one));
        if (key === 'kind') return kind;
        if (key === 'tensor') {
          return (...args: Parameters<typeof target.tensor>) => {
            const tensor = target.tensor(...args);
            const write = tensor.write.bind(tensor);
            const value = (values: Float32Array) => (written.push(values), write(values));
            return Object.defineProperty(tensor, 'write', { value });
          };
        }
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const plan = await tuned(watched, cache, turn, build)
      .planConv2d(options)
      .catch((reason: unknown) => reason as Error);
    if (!(plan instanceof Error)) plan.dispose();
    weights.dispose();
    await device.sync();
    const { tensors, weights: held, workspace } = device.memory();
    device.dispose();
    return { plan, seen, written, left: tensors + held + workspace };
  }

  it('plans each algorithm that fits once, then the fastest of each direction, and leaves nothing behind', async () => {
    const { seen, left } = await planned(new TuningCache(folder));
    assert.deepEqual(
      seen.slice(0, -1).map(({ forward, backwardData }) => [forward, backwardData]),
      [
        ['direct', 'direct'],
        ['winograd', 'winograd'],
      ],
    );
    const [choice, ...others] = await keptChoices(folder);
    assert.deepEqual(others, []);
    const { forward, backwardData } = seen.at(-1)!;
    assert.deepEqual([forward, backwardData], [choice!.forward, choice!.backwardData]);
    assert.equal(left, 0);
  });

  it('times on CUDA what cuDNN has two ways for: its Winograd, of stride 1 and in float32', async () => {
    const algorithms = async (one: Partial<Conv2dOptions>) => {
      const { seen } = await planned(new TuningCache(folder), one, 'build', new Turn(), 'cuda');
      return seen.slice(0, -1).map(({ forward }) => forward);
    };
    assert.deepEqual(await algorithms({}), ['direct', 'winograd']);
    assert.deepEqual(await algorithms({ stride: [2, 2] }), []);
    assert.deepEqual(await algorithms({ precision: 'tf32' }), []);
  });

  /** A turn that is asked whether there is time, as it is between two timings, and stops when it is asked the third time. */
  function stoppedBy(stop: (turn: Turn) => void): Turn {
    const turn = new Turn();
    const hasTime = turn.hasTime.bind(turn);
    let asked = 0;
    return Object.assign(turn, { hasTime: () => (++asked === 3 && stop(turn), hasTime()) });
  }

  it('stops between two timings where the call is aborted, with its reason, and leaves nothing behind', async () => {
    const controller = new AbortController();
    const turn = stoppedBy(() => controller.abort(new Error('enough')));
    turn.begin(controller.signal);
    const { plan, seen, left } = await planned(new TuningCache(folder), {}, undefined, turn);
    assert.equal(plan, controller.signal.reason);
    assert.deepEqual([seen.length, left], [1, 0]);
    await assert.rejects(keptChoices(folder), { code: 'ENOENT' });
  });

  it('stops between two timings where the network is disposed of, and plans as an untuned one', async () => {
    const turn = stoppedBy((turn) => turn.end());
    const { plan, seen, left } = await planned(new TuningCache(folder), {}, undefined, turn);
    assert.ok(!(plan instanceof Error));
    assert.deepEqual([seen.length, seen[1]!.forward, left], [2, undefined, 0]);
    await assert.rejects(keptChoices(folder), { code: 'ENOENT' });
  });

  it('does not time again what another process has timed', async () => {
    await planned(new TuningCache(folder));
    const [file] = await keptChoices(folder);
    const wanted = { forward: 'winograd', backwardData: 'direct' } as const;
    await writeFile(file!.path, JSON.stringify({ key: file!.key, ...wanted }));
    const { seen } = await planned(new TuningCache(folder));
    assert.deepEqual(
      seen.map(({ forward, backwardData }) => ({ forward, backwardData })),
      [wanted],
    );
  });

  it('times again after an update: what another build of the native module has timed does not count', async () => {
    await planned(new TuningCache(folder), {}, 'old');
    const { seen } = await planned(new TuningCache(folder), {}, 'new');
    assert.equal(seen.length, 3);
    assert.equal((await keptChoices(folder)).length, 2);
    assert.equal((await planned(new TuningCache(folder), {}, 'old')).seen.length, 1);
    assert.equal((await planned(new TuningCache(folder))).seen.length, 3);
  });

  it('times gradients of one channel where those are expected, and remembers them apart', async () => {
    const { written } = await planned(new TuningCache(folder), { dy: 'one channel' });
    const pixels = 12 * 12;
    for (const dy of written.filter((values) => values.length === 20 * pixels)) {
      assert.ok(dy.subarray(0, pixels).every((value) => value !== 0));
      assert.ok(dy.subarray(pixels).every((value) => value === 0));
    }
    assert.equal(written.length, 4);
    await planned(new TuningCache(folder));
    assert.equal((await keptChoices(folder)).length, 2);
  });

  it('those are expected where classes come from a convolution: conv10 of a fire module', async () => {
    const device = await openDevice('cpu', { threads: 1 });
    const expected = new Map<string, unknown>();
    const watched = new Proxy(device, {
      get: (target, key) => {
        if (key === 'planConv2d') {
          return (one: Conv2dOptions) => (expected.set(one.weights.shape.join(), one.dy), target.planConv2d(one));
        }
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    await withPass(watched, fireNet(), { n: 1 }, async () => undefined);
    device.dispose();
    assert.equal(expected.size, 5);
    for (const [shape, dy] of expected) assert.equal(dy, shape === '7,12,1,1' ? 'one channel' : undefined);
  });
});
