import type { Handle, LrnOptions, MaxFlowPlan, PoolOptions, Tensor } from '#lib/device/index.js';
import { into, ready, type Operation, type Ready } from './ready.js';
import type { Workbench } from './workbench.js';

const four = [1, 2, 1, 2] as const; // two channels of two pixels
const window: PoolOptions = { x: four, layout: 1, kernel: [1, 2], stride: [1, 2], pad: [0, 0, 0, 0], output: [1, 1] };
const reciprocal: LrnOptions = { x: four, layout: 1, size: 1, alpha: 1, beta: 1, k: 0 }; // y = x / x^2

/** y = 2 a + 3 b of the channels a and b. */
async function conv(on: Workbench) {
  const weights = on.own(await on.device.weights(Float32Array.of(2, 3), [1, 2, 1, 1], null));
  const geometry = { x: four, stride: [1, 1], pad: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
  return { weights, options: { ...geometry, weights, activation: 'none', xLayout: 1, yLayout: 1 } } as const;
}

/** y = 2 a + 3 b of the features a and b. */
async function linear(on: Workbench) {
  const weights = on.own(await on.device.weights(Float32Array.of(2, 3), [1, 2], null));
  return { weights, options: { x: [1, 2], weights, activation: 'none' } } as const;
}

/** Two pixels: 5 from the source to the first, 3 between them, 4 from the second to the sink. */
function pair(on: Workbench) {
  const of = (...values: number[]) => on.integers(values, [1, 2]);
  return { source: of(5, 0), sink: of(0, 4), right: of(3, 0), down: of(0, 0) };
}

/** What plans do. */
export const planOperations: Readonly<Record<string, Operation>> = {
  'conv forward': async (on) => {
    const plan = on.own(await on.device.planConv2d((await conv(on)).options));
    const [x, y] = [on.floats(four, [1, 2, 3, 4]), on.floats([1, 1, 1, 2])];
    return into({ plan, x, y }, [y], () => plan.forward(x, y), 11, 16);
  },
  'conv backwardData': async (on) => {
    const plan = on.own(await on.device.planConv2d((await conv(on)).options));
    const [dy, dx, mask] = [on.floats([1, 1, 1, 2], [1, 10]), on.floats(four), on.floats(four, [1, 0, 1, 1])];
    return into({ plan, dy, dx, mask }, [dx], () => plan.backwardData(dy, dx, mask), 2, 0, 3, 30);
  },
  'conv backwardFilter': async (on) => {
    const weights = on.own(await on.device.weights(Float32Array.of(2, 3), [1, 2, 1, 1], Float32Array.of(1)));
    const { options } = await conv(on);
    const plan = on.own(await on.device.planConv2d({ ...options, weights, backwardFilter: true }));
    const [x, dy] = [on.floats(four, [1, 2, 3, 4]), on.floats([1, 1, 1, 2], [1, 10])];
    const [dw, db] = [on.floats([1, 2, 1, 1]), on.floats([1])];
    return into({ plan, x, dy, dw, db }, [dw, db], () => plan.backwardFilter(x, dy, dw, db), 21, 43, 11);
  },
  'linear forward': async (on) => {
    const plan = on.own(await on.device.planLinear((await linear(on)).options));
    const [x, y] = [on.floats([1, 2], [10, 100]), on.floats([1, 1])];
    return into({ plan, x, y }, [y], () => plan.forward(x, y), 320);
  },
  'linear backwardData': async (on) => {
    const plan = on.own(await on.device.planLinear((await linear(on)).options));
    const [dy, dx, mask] = [on.floats([1, 1], [10]), on.floats([1, 2]), on.floats([1, 2], [0, 1])];
    return into({ plan, dy, dx, mask }, [dx], () => plan.backwardData(dy, dx, mask), 0, 30);
  },
  'linear backwardFilter': async (on) => {
    const weights = on.own(await on.device.weights(Float32Array.of(2, 3), [1, 2], Float32Array.of(1)));
    const { options } = await linear(on);
    const plan = on.own(await on.device.planLinear({ ...options, x: [2, 2], weights, backwardFilter: true }));
    const [x, dy] = [on.floats([2, 2], [1, 2, 3, 4]), on.floats([2, 1], [1, 10])];
    const [dw, db] = [on.floats([1, 2]), on.floats([1])];
    return into({ plan, x, dy, dw, db }, [dw, db], () => plan.backwardFilter(x, dy, dw, db), 31, 42, 11);
  },
  'maxPool forward': async (on) => {
    const plan = on.own(await on.device.planMaxPool(window));
    const x = on.floats(four, [1, 2, 4, 3]);
    const [y, switches] = [on.floats([1, 2, 1, 1]), on.integers([0, 0], [1, 2, 1, 1])];
    return into({ plan, x, y, switches }, [y, switches], () => plan.forward(x, y, switches), 2, 4, 1, 0);
  },
  'maxPool unpool': async (on) => {
    const plan = on.own(await on.device.planMaxPool(window));
    const [dy, dx] = [on.floats([1, 2, 1, 1], [5, 6]), on.floats(four)];
    const switches = on.integers([1, 0], [1, 2, 1, 1]);
    return into({ plan, dy, switches, dx }, [dx], () => plan.unpool(dy, switches, dx), 0, 5, 6, 0);
  },
  'averagePool forward': async (on) => {
    const plan = on.own(await on.device.planAveragePool({ ...window, divisor: 'inside' }));
    const [x, y] = [on.floats(four, [1, 3, 5, 9]), on.floats([1, 2, 1, 1])];
    return into({ plan, x, y }, [y], () => plan.forward(x, y), 2, 7);
  },
  'averagePool backward': async (on) => {
    const plan = on.own(await on.device.planAveragePool({ ...window, divisor: 'inside' }));
    const [dy, dx] = [on.floats([1, 2, 1, 1], [2, 8]), on.floats(four)];
    return into({ plan, dy, dx }, [dx], () => plan.backward(dy, dx), 1, 1, 4, 4);
  },
  'lrn forward': async (on) => {
    const plan = on.own(await on.device.planLrn(reciprocal));
    const [x, y] = [on.floats(four, [1, 2, 4, 8]), on.floats(four)];
    return into({ plan, x, y }, [y], () => plan.forward(x, y), 1, 0.5, 0.25, 0.125);
  },
  'lrn backward': async (on) => {
    const plan = on.own(await on.device.planLrn(reciprocal));
    const [x, dy, dx] = [on.floats(four, [1, 2, 4, 8]), on.floats(four, [3, 4, 16, 64]), on.floats(four)];
    return into({ plan, x, dy, dx }, [dx], () => plan.backward(x, dy, dx), -3, -1, -1, -1);
  },
  'maxFlow run': async (on) => {
    const plan = on.own(await on.device.planMaxFlow({ rows: 1, cols: 2, neighbours: 4 }));
    const grid = pair(on);
    const [foreground, flow] = [on.integers([0], [1]), on.integers([0, 0])];
    const run = () => plan.run({ ...grid, downRight: null, downLeft: null }, foreground, flow);
    return into({ plan, ...grid, foreground, flow }, [foreground, flow], run, 1, 3, 0);
  },
  update: async (on) => {
    const { weights, options } = await linear(on);
    const plan = on.own(await on.device.planLinear(options));
    const [w, x, y] = [on.floats([1, 2], [4, 5]), on.floats([1, 2], [10, 100]), on.floats([1, 1])];
    const output = () => {
      plan.forward(x, y);
      return y.read();
    };
    return ready({ weights, w }, () => weights.update(w, null), output, [540]);
  },
};

/** A call that gives a promise of a plan, whose result is what the plan makes of `values`. */
function planning<P extends Handle & { readonly output: readonly number[] }>(
  on: Workbench,
  uses: Record<string, Handle>,
  plan: () => Promise<P>,
  run: (plan: P, y: Tensor<'float32'>) => void,
  ...expected: number[]
): Ready {
  const output = async (planned: Promise<P>) => {
    const plan = on.own(await planned);
    const y = on.floats(plan.output);
    run(plan, y);
    return y.read();
  };
  return ready(uses, plan, output, expected);
}

/** What takes its time: a plan, or what is of no use without one. */
export const plannings: Readonly<Record<string, Operation>> = {
  weights: (on) =>
    ready(
      {},
      () => on.device.weights(Float32Array.of(2, 3), [1, 2], null),
      async (made) => {
        const weights = on.own(await made);
        const plan = on.own(await on.device.planLinear({ x: [1, 2], weights, activation: 'none' }));
        const y = on.floats([1, 1]);
        plan.forward(on.floats([1, 2], [10, 100]), y);
        return y.read();
      },
      [320],
    ),
  planConv2d: async (on) => {
    const { weights, options } = await conv(on);
    const plan = () => on.device.planConv2d(options);
    return planning(on, { weights }, plan, (plan, y) => plan.forward(on.floats(four, [1, 2, 3, 4]), y), 11, 16);
  },
  planLinear: async (on) => {
    const { weights, options } = await linear(on);
    const plan = () => on.device.planLinear(options);
    return planning(on, { weights }, plan, (plan, y) => plan.forward(on.floats([1, 2], [10, 100]), y), 320);
  },
  planMaxPool: (on) => {
    const switches = () => on.integers([0, 0], [1, 2, 1, 1]);
    const plan = () => on.device.planMaxPool(window);
    return planning(on, {}, plan, (plan, y) => plan.forward(on.floats(four, [1, 2, 4, 3]), y, switches()), 2, 4);
  },
  planAveragePool: (on) => {
    const plan = () => on.device.planAveragePool({ ...window, divisor: 'inside' });
    return planning(on, {}, plan, (plan, y) => plan.forward(on.floats(four, [1, 3, 5, 9]), y), 2, 7);
  },
  planMaxFlow: (on) => {
    const output = async (planned: Promise<MaxFlowPlan>) => {
      const plan = on.own(await planned);
      const [foreground, flow] = [on.integers([0], [1]), on.integers([0, 0])];
      plan.run({ ...pair(on), downRight: null, downLeft: null }, foreground, flow);
      return flow.read();
    };
    return ready({}, () => on.device.planMaxFlow({ rows: 1, cols: 2, neighbours: 4 }), output, [3, 0]);
  },
  planLrn: (on) => {
    const plan = () => on.device.planLrn(reciprocal);
    return planning(on, {}, plan, (plan, y) => plan.forward(on.floats(four, [1, 2, 4, 8]), y), 1, 0.5, 0.25, 0.125);
  },
};
