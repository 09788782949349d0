import assert from 'node:assert/strict';
import { openDevice, type Device, type Layout, type Shape, type Tensor } from '#lib/device/index.js';
import { fromBfloat16, toBfloat16 } from '#lib/formats/half.js';
import { assertCloseToScale } from '../support/close.js';
import { describeOnCuda } from '../support/devices.js';
import { Random } from '../support/random.js';
import { count } from '../support/reference-values.js';
import { WeightedProblem, type WeightedGeometry } from '../support/weighted-problem.js';

const x = [4, 8, 13, 12];
/** Both channels in eights, which bfloat16 needs; with others, and depthwise, it is as tf32. */
const layers: Readonly<Record<string, WeightedGeometry>> = {
  'even padding': { x, w: [16, 8, 3, 3], pad: [1, 1, 1, 1] },
  'stride and padding after the image alone': { x, w: [8, 8, 5, 4], pad: [0, 0, 3, 2], stride: [2, 2] },
  dilation: { x, w: [8, 8, 3, 3], pad: [2, 2, 2, 2], dilation: [2, 2] },
  groups: { x: [4, 16, 9, 8], w: [16, 8, 3, 3], pad: [1, 1, 1, 1], groups: 2 },
  '1 x 1': { x, w: [16, 8, 1, 1] },
  'three channels': { x: [4, 3, 13, 12], w: [6, 3, 3, 3], pad: [1, 1, 1, 1] },
  'a channel a group': { x, w: [8, 1, 3, 3], pad: [1, 1, 1, 1], groups: 8 },
  'a linear layer of few images': { x: [4, 37], w: [11, 37] },
  'a linear layer of many': { x: [6, 37], w: [11, 37] },
};
/**
 * Relative to the largest result. A factor is rounded by at most 2^-11 or 2^-8 of it (GPUs may cut tf32 off: 2^-10), and
 * of some hundred products the errors hardly add up.
 */
const bounds = { tf32: 2e-3, bfloat16: 1e-2 } as const;
/** For factors that no precision rounds: sums in float32, in another order. */
const sums = 2e-5;

type Rounded = keyof typeof bounds;

/** `exact`: its x, filters and dy are bfloat16 numbers, which are tf32 numbers too. */
function problemOf(geometry: WeightedGeometry, factors: 'exact' | 'any'): WeightedProblem {
  const problem = new WeightedProblem(geometry, 'bias', 7);
  if (factors === 'exact')
    for (const values of [problem.x, problem.weight, problem.dy]) values.set(fromBfloat16(toBfloat16(values)));
  return problem;
}

function rectified(values: Float64Array): Float64Array {
  return values.map((value) => Math.max(value, 0));
}

function maskOf(shape: Shape): Float32Array {
  return new Random(5).normals(count(shape));
}

describeOnCuda('layers in tf32 and bfloat16 on CUDA', () => {
  let device: Device;
  before(async () => {
    device = await openDevice('cuda');
  });
  after(() => device?.dispose());

  function filled(shape: Shape, layout: Layout, values = new Random(2).normals(count(shape))): Tensor<'float32'> {
    const made = device.tensor(shape, 'float32', layout);
    made.write(values);
    return made;
  }

  /** What float64 makes of it: y behind its ReLU, dx, dx by masks of one gradient and of two for each image, dw, db. */
  function expected(problem: WeightedProblem, learns: boolean): Float64Array[] {
    const { x } = problem.geometry;
    const [dx, image, half] = [problem.backwardData(), count(x) / x[0]!, maskOf([x[0]! / 2, ...x.slice(1)])];
    // Gradient i is of image floor(i / 2).
    const shared = dx.map((value, i) => {
      const at = Math.floor(i / image / 2) * image + (i % image);
      return half[at]! > 0 ? value : 0;
    });
    const own = dx.map((value, i) => (problem.x[i]! > 0 ? value : 0));
    const { dw, db } = problem.expected;
    return [rectified(problem.forward(problem.weight).data), dx, own, shared, ...(learns ? [dw, db] : [])];
  }

  /** The same of the device, eager, and again replayed: with the same bits. */
  async function results(problem: WeightedProblem, precision: Rounded, learns: boolean): Promise<Float32Array[]> {
    const plan = await problem.planOn(device, { activation: 'relu', precision, backwardFilter: learns });
    const { x, dy, dw, db } = problem.tensors(device, plan);
    const y = filled(plan.output, plan.y);
    const dxs = [0, 1, 2].map(() => filled(x.shape, plan.x)) as [
      Tensor<'float32'>,
      Tensor<'float32'>,
      Tensor<'float32'>,
    ];
    const shape = [x.shape[0]! / 2, ...x.shape.slice(1)];
    const half = filled(shape, plan.x, maskOf(shape));
    const run = () => {
      plan.forward(x, y);
      plan.backwardData(dy, dxs[0]);
      plan.backwardData(dy, dxs[1], x);
      plan.backwardData(dy, dxs[2], half);
      if (learns) plan.backwardFilter(x, dy, dw, db);
    };
    const written = [y, ...dxs, ...(learns ? [dw, db!] : [])];
    const read = () => Promise.all(written.map((tensor) => tensor.read()));
    run();
    const eager = await read();
    for (const tensor of written) tensor.write(new Float32Array(count(tensor.shape)).fill(7));
    device.capture(run).replay(2);
    assert.deepEqual(await read(), eager);
    return eager;
  }

  for (const precision of ['tf32', 'bfloat16'] as const)
    for (const [name, geometry] of Object.entries(layers)) {
      for (const learns of [false, true])
        for (const [factors, bound] of [
          ['exact', sums],
          ['any', bounds[precision]],
        ] as const)
          it(`${precision}: ${name}, ${factors} factors, ${learns ? 'with' : 'without'} gradients of filters: within ${bound} of float64, replayed as eager`, async () => {
            const problem = problemOf(geometry, factors);
            const actual = await results(problem, precision, learns);
            const names = ['y', 'dx', 'dx by x', 'dx of two gradients an image', 'dw', 'db'];
            expected(problem, learns).forEach((values, i) => assertCloseToScale(actual[i]!, values, bound, names[i]));
          });

      it(`${precision}: ${name}: new weights reach the plans before and after, replays too`, async () => {
        const problem = problemOf(geometry, 'exact');
        const options = { activation: 'none', precision, backwardFilter: false } as const;
        const { weights, plan } = await problem.layerOn(device, options);
        const { x, dw, db } = problem.tensors(device, plan);
        const y = filled(plan.output, plan.y);
        const recording = device.capture(() => plan.forward(x, y));
        dw.write(problem.weight.map((value) => value / 2));
        db!.write(problem.bias!);
        weights.update(dw, db);
        const later = await problem.planWith(weights, device, options);
        assert.deepEqual([later.x, later.y], [plan.x, plan.y]);
        const halved = problem.forward(problem.weight.map((value) => value / 2)).data;
        for (const run of [() => recording.replay(), () => plan.forward(x, y), () => later.forward(x, y)]) {
          y.write(new Float32Array(count(y.shape)));
          run();
          assertCloseToScale(await y.read(), halved, sums);
        }
      });

      it(`${precision}: ${name}: the ReLU keeps +Infinity and hides no NaN`, async () => {
        const problem = problemOf(geometry, 'exact');
        const image = count(geometry.x) / geometry.x[0]!;
        problem.x[image >> 1] = NaN;
        problem.x[image + (image >> 1)] = Infinity;
        const plan = await problem.planOn(device, { activation: 'relu', precision, backwardFilter: false });
        const y = filled(plan.output, plan.y);
        plan.forward(problem.tensors(device, plan).x, y);
        const values = await y.read();
        const wanted = rectified(problem.forward(problem.weight).data);
        assert.ok(wanted.some(Number.isNaN) && wanted.includes(Infinity), 'both reach y');
        const special = (value: number) => (Number.isFinite(value) ? 'finite' : String(value));
        assert.deepEqual(Array.from(values, special), Array.from(wanted, special));
      });
    }
});
