import assert from 'node:assert/strict';
import { openDevice, type Device, type MaxFlowPlan, type Tensor } from '#lib/device/index.js';
import { describeOnDevices, itOnCpu, openedFor } from '../../support/devices.js';

const names = ['source', 'sink', 'right', 'down'] as const;

/** Of the two pixels. */
async function pixelsIn(foreground: Tensor<'int32'>): Promise<number[]> {
  return [...new Uint8Array((await foreground.read()).buffer, 0, 2)];
}

function integers(device: Device, shape: readonly number[], values?: readonly number[]): Tensor<'int32'> {
  const tensor = device.tensor(shape, 'int32');
  if (values) tensor.write(Int32Array.from(values));
  return tensor;
}

/** Two pixels side by side: 5 from the source to the first, 3 between them, 4 from the second to the sink. */
function pair(device: Device, diagonals: 'diagonals' | 'none') {
  const of = (...values: number[]) => integers(device, [1, 2], values);
  const [downRight, downLeft] = diagonals === 'none' ? [null, null] : [of(9, 9), of(9, 9)];
  const grid = { source: of(5, 0), sink: of(0, 4), right: of(3, 8), down: of(7, 7), downRight, downLeft };
  return { grid, foreground: integers(device, [1], [0x07070707]), flow: integers(device, [2], [7, 7]) };
}

describeOnDevices('plans of maximum flows', (kind) => {
  const device = openedFor(kind);
  const plan = (options: object = {}) => device().planMaxFlow({ rows: 1, cols: 2, neighbours: 4, ...options });

  it('cut a grid of 4 or 8 neighbours, once and again, and write nothing but the result', async () => {
    for (const neighbours of [4, 8] as const) {
      const planned = await plan({ neighbours });
      const { grid, foreground, flow } = pair(device(), neighbours === 8 ? 'diagonals' : 'none');
      for (const [capacity, expected] of [
        [3, 3],
        [9, 4],
        [0, 0],
      ] as const) {
        grid.right.write(Int32Array.of(capacity, 8));
        planned.run(grid, foreground, flow);
        assert.deepEqual([...(await flow.read())], [expected, 0]);
        assert.deepEqual(await pixelsIn(foreground), capacity === 9 ? [1, 1] : [1, 0]);
      }
      assert.deepEqual([...(await grid.source.read())], [5, 0]);
    }
  });

  it('count capacities out of range as the nearest in range', async () => {
    const planned = await plan();
    const { grid, foreground, flow } = pair(device(), 'none');
    grid.source.write(Int32Array.of(2 ** 31 - 1, -5));
    grid.right.write(Int32Array.of(2 ** 31 - 1, -1));
    grid.sink.write(Int32Array.of(-(2 ** 31), 2 ** 27));
    planned.run(grid, foreground, flow);
    assert.deepEqual([...(await flow.read())], [2 ** 27 - 1, 0]);
    assert.deepEqual(await pixelsIn(foreground), [1, 1]);
  });

  it('are recorded and replayed, and take their memory with them', async () => {
    const own = await openDevice(kind);
    const planned = await own.planMaxFlow({ rows: 1, cols: 2, neighbours: 4 });
    const { grid, foreground, flow } = pair(own, 'none');
    const recording = own.capture(() => planned.run(grid, foreground, flow));
    planned.dispose();
    grid.right.write(Int32Array.of(2, 0));
    recording.replay();
    assert.deepEqual([...(await flow.read())], [2, 0]);
    assert.ok(own.memory().workspace > 0);
    recording.dispose();
    await own.sync();
    assert.equal(own.memory().workspace, 0);
    own.dispose();
  });

  const options: [what: string, options: object, code: string, message: RegExp][] = [
    ['5 neighbours', { neighbours: 5 }, 'ERR_ARGUMENT', /neighbours must be 4 or 8, got 5$/],
    [
      'no neighbours',
      { neighbours: undefined },
      'ERR_ARGUMENT',
      /neighbours must be an integer of at least 4, got undefined$/,
    ],
    ['no rows', { rows: 0 }, 'ERR_ARGUMENT', /rows must be an integer of at least 1, got 0$/],
    ['half a column', { cols: 0.5 }, 'ERR_ARGUMENT', /cols must be an integer of at least 1, got 0\.5$/],
    [
      'too many pixels',
      { rows: 2 ** 16, cols: 2 ** 15 },
      'ERR_SHAPE',
      /rows and cols must make at most 2147483647 pixels, got \[65536, 32768\]$/,
    ],
    ['other options', { row: 1 }, 'ERR_ARGUMENT', /unknown option row; did you mean rows\?/],
  ];
  for (const [what, change, code, message] of options) {
    it(`are refused for ${what}`, () => {
      assert.throws(() => void plan(change), { code, message: RegExp(`^device\\.planMaxFlow: ${message.source}`) });
    });
  }

  itOnCpu(kind, 'a GPU may have as much')('reject with ERR_MEMORY where there is none for the planes', async () => {
    await assert.rejects(plan({ rows: 46340, cols: 46340, neighbours: 8 }), {
      code: 'ERR_MEMORY',
      message: /^device\.planMaxFlow: cpu: cannot allocate \d+ bytes/,
    });
  });

  it('are not made while recording', async () => {
    assert.throws(() => device().capture(() => void plan()), { code: 'ERR_CAPTURE' });
    await device().sync();
  });

  it('refuse tensors of another shape, type, kind or device, and those that are left out or disposed of', async () => {
    const planned = await plan();
    const { grid, foreground, flow } = pair(device(), 'none');
    const disposed = integers(device(), [1, 2]);
    disposed.dispose();
    const other = await openDevice(kind);
    const wrong: Record<string, unknown> = {
      ...{ ERR_SHAPE: integers(device(), [2, 1]), ERR_DTYPE: device().tensor([1, 2], 'float32') },
      ...{ ERR_ARGUMENT: undefined, ERR_DISPOSED: disposed, ERR_DEVICE: integers(other, [1, 2]) },
    };
    for (const [code, tensor] of Object.entries(wrong)) {
      const one = tensor as Tensor<'int32'>;
      const refusal = (name: string) => ({ code, message: RegExp(`^maxFlow\\.run: ${name} must`) });
      for (const name of names)
        assert.throws(() => planned.run({ ...grid, [name]: one }, foreground, flow), refusal(name));
      assert.throws(() => planned.run(grid, one, flow), refusal('foreground'));
      assert.throws(() => planned.run(grid, foreground, one), refusal('flow'));
    }
    const more = { ...grid, left: foreground };
    assert.throws(() => planned.run(more, foreground, flow), { code: 'ERR_ARGUMENT', message: /unknown option left/ });
    const message = 'maxFlow.run: grid must be an object of tensors, got null';
    assert.throws(() => planned.run(null as never, foreground, flow), { code: 'ERR_ARGUMENT', message });
    other.dispose();
  });

  it('take diagonals for 8 neighbours alone', async () => {
    const [four, eight] = [await plan(), await plan({ neighbours: 8 })];
    const without = pair(device(), 'none'),
      with8 = pair(device(), 'diagonals');
    assert.throws(() => four.run(with8.grid, with8.foreground, with8.flow), {
      code: 'ERR_ARGUMENT',
      message: /downRight must be null for 4 neighbours, got/,
    });
    assert.throws(() => four.run({ ...without.grid, downLeft: undefined as never }, without.foreground, without.flow), {
      message: /downLeft must be null for 4 neighbours, got undefined/,
    });
    assert.throws(() => eight.run(without.grid, without.foreground, without.flow), {
      code: 'ERR_ARGUMENT',
      message: /downRight must be a Tensor, got null/,
    });
  });

  it('refuse a flow that is the foreground, as of five pixels it could be', async () => {
    const planned = await plan({ cols: 5 });
    const of = () => integers(device(), [1, 5]);
    const grid = { source: of(), sink: of(), right: of(), down: of(), downRight: null, downLeft: null };
    const both = integers(device(), [2]);
    const message = /flow must have memory of its own, got a tensor that shares some with foreground;/;
    assert.throws(() => planned.run(grid, both, both), { code: 'ERR_ARGUMENT', message });
  });

  itOnCpu(kind, 'recordings are of one strand')('refuse recordings of strands', async () => {
    const planned = await plan();
    const { grid, foreground, flow } = pair(device(), 'none');
    assert.throws(() => device().capture(() => planned.run(grid, foreground, flow), 2), {
      code: 'ERR_CAPTURE',
      message: /^maxFlow\.run: grids have no images that 2 strands could share/,
    });
  });

  it('may be disposed of by a getter of the grid: ERR_DISPOSED', async () => {
    const { grid, foreground, flow } = pair(device(), 'none');
    for (const victim of ['plan', 'device'] as const) {
      const own = await openDevice(kind);
      const planned: MaxFlowPlan = await own.planMaxFlow({ rows: 1, cols: 2, neighbours: 4 });
      const mine = pair(own, 'none');
      const trapped = Object.defineProperty({ ...mine.grid }, 'down', {
        get: () => ((victim === 'plan' ? planned : own).dispose(), mine.grid.down),
      });
      assert.throws(() => planned.run(trapped, mine.foreground, mine.flow), { code: 'ERR_DISPOSED' });
      own.dispose();
    }
    const planned = await plan();
    planned.dispose();
    assert.throws(() => planned.run(grid, foreground, flow), {
      code: 'ERR_DISPOSED',
      message: /^maxFlow\.run: the MaxFlowPlan must not be used after dispose/,
    });
  });
});
