import { into, ready, type Operation } from './ready.js';

const four = [1, 2, 1, 2] as const; // two channels of two pixels

/** What a device and its handles do without a plan; it is in the queue when they return. */
export const operations: Readonly<Record<string, Operation>> = {
  write: (on) => {
    const x = on.floats([2]);
    return into({ x }, [x], () => x.write(Float32Array.of(3, 4)), 3, 4);
  },
  read: (on) => {
    const x = on.floats([2], [3, 4]);
    return ready(
      { x },
      () => x.read(),
      (values) => values,
      [3, 4],
    );
  },
  'read into an array': (on) => {
    const x = on.floats([2], [3, 4]);
    return ready(
      { x },
      () => x.read(new Float32Array(2)),
      (values) => values,
      [3, 4],
    );
  },
  channels: (on) => {
    const x = on.floats(four, [1, 2, 3, 4]);
    return ready(
      { x },
      () => on.own(x.channels(1, 1)),
      (view) => view.read(),
      [3, 4],
    );
  },
  tensor: (on) =>
    ready(
      {},
      () => on.own(on.device.tensor([2], 'float32')),
      (tensor) => tensor.read(),
      [0, 0],
    ),
  sync: (on) =>
    ready(
      {},
      () => on.device.sync(),
      (synced) => synced.then(() => []),
      [],
    ),
  relu: (on) => {
    const [x, y] = [on.floats([2], [-1, 2]), on.floats([2])];
    return into({ x, y }, [y], () => on.device.relu(x, y), 0, 2);
  },
  reluBackward: (on) => {
    const [y, dy, dx] = [on.floats([2], [0, 2]), on.floats([2], [5, 6]), on.floats([2])];
    return into({ y, dy, dx }, [dx], () => on.device.reluBackward('guided', y, dy, dx), 0, 6);
  },
  add: (on) => {
    const [a, b, y] = [on.floats([2], [1, 2]), on.floats([2], [10, 20]), on.floats([2])];
    return into({ a, b, y }, [y], () => on.device.add(a, b, y), 11, 22);
  },
  axpy: (on) => {
    const [x, y] = [on.floats([2], [1, 2]), on.floats([2])];
    const call = () => {
      on.device.fill(1, y);
      on.device.axpy(-2, x, y);
    };
    return into({ x, y }, [y], call, -1, -3);
  },
  fill: (on) => {
    const y = on.floats([2]);
    return into({ y }, [y], () => on.device.fill(7, y), 7, 7);
  },
  concat: (on) => {
    const [a, b, y] = [on.floats([1, 1], [1]), on.floats([1, 2], [2, 3]), on.floats([1, 3])];
    return into({ a, b, y }, [y], () => on.device.concat([a, b], y), 1, 2, 3);
  },
  split: (on) => {
    const [dy, da, db] = [on.floats([1, 3], [1, 2, 3]), on.floats([1, 1]), on.floats([1, 2])];
    return into({ dy, da, db }, [da, db], () => on.device.split(dy, [da, db]), 1, 2, 3);
  },
  scaleShift: (on) => {
    const [x, scale, shift] = [on.floats([1, 2], [1, 2]), on.floats([2], [10, 100]), on.floats([2], [3, 4])];
    const y = on.floats([1, 2]);
    return into({ x, scale, shift, y }, [y], () => on.device.scaleShift(x, scale, shift, y), 13, 204);
  },
  softmax: (on) => {
    const [x, y] = [on.floats([1, 2], [1, 1 + Math.log(3)]), on.floats([1, 2])];
    return into({ x, y }, [y], () => on.device.softmax(x, y), 0.25, 0.75);
  },
  softmaxBackward: (on) => {
    const [y, dy, dx] = [on.floats([1, 2], [0.25, 0.75]), on.floats([1, 2], [1, 0]), on.floats([1, 2])];
    return into({ y, dy, dx }, [dx], () => on.device.softmaxBackward(y, dy, dx), 0.1875, -0.1875);
  },
  reorder: (on) => {
    const [x, y] = [on.floats(four, [1, 2, 3, 4]), on.floats(four, undefined, 8)];
    return into({ x, y }, [y], () => on.device.reorder(x, y), 1, 2, 3, 4);
  },
  seed: (on) => {
    const [scores, classes, dy] = [on.floats([1, 3], [1, 9, 2]), on.integers([-1]), on.floats([1, 3])];
    return into({ scores, classes, dy }, [dy], () => on.device.seed(scores, classes, dy), 0, 1, 0);
  },
  maxAbsOverChannels: (on) => {
    const [x, scale, y] = [on.floats(four, [1, -9, -3, 2]), on.floats([2], [1, 10]), on.floats([1, 1, 2])];
    return into({ x, scale, y }, [y], () => on.device.maxAbsOverChannels(x, scale, y, 'signed'), -30, 20);
  },
  blend: (on) => {
    const [coefficients, x, y] = [on.floats([1, 2], [3, -2]), on.floats([1, 2], [1, 2]), on.floats([1, 2])];
    const call = () => {
      on.device.fill(1, y);
      on.device.blend(coefficients, x, y);
    };
    return into({ coefficients, x, y }, [y], call, 1, -1);
  },
  dot: (on) => {
    const [a, b, y] = [on.floats([2, 2], [1, 2, 3, 4]), on.floats([2, 2], [5, 6, 7, 8]), on.floats([2])];
    return into({ a, b, y }, [y], () => on.device.dot(a, b, y), 17, 53);
  },
  addNormalised: (on) => {
    const [squares, x, y] = [on.floats([1], [50]), on.floats([1, 2], [1, 7]), on.floats([1, 2])];
    const call = () => {
      on.device.fill(1, y);
      on.device.addNormalised(10, squares, x, y);
    };
    return into({ squares, x, y }, [y], call, 3, 15);
  },
  clamp: (on) => {
    const [low, high, y] = [on.floats([2], [1, 5]), on.floats([2], [2, 6]), on.floats([1, 2])];
    const call = () => {
      on.device.fill(3, y);
      on.device.clamp(low, high, y);
    };
    return into({ low, high, y }, [y], call, 2, 5);
  },
  mixChannels: (on) => {
    const [matrix, x, y] = [on.floats([2, 2], [0, 1, 1, 10]), on.floats(four, [1, 2, 3, 4]), on.floats(four)];
    return into({ matrix, x, y }, [y], () => on.device.mixChannels(matrix, x, y), 3, 4, 31, 42);
  },
  adam: (on) => {
    const [coefficients, g] = [on.floats([1, 6], [0.5, 0.75, 3, 0.5, 2, 4]), on.floats([1, 2], [2, -4])];
    const [m, v, y] = [on.floats([1, 2]), on.floats([1, 2]), on.floats([1, 2])];
    const call = () => {
      for (const moved of [m, v, y]) on.device.fill(0, moved);
      on.device.adam(coefficients, g, m, v, y);
    };
    return into({ coefficients, g, m, v, y }, [m, v, y], call, 1, -2, 1, 4, 2.4, -8 / 3);
  },
  shift: (on) => {
    const [x, offsets, y] = [on.floats(four, [1, 2, 3, 4]), on.integers([7, -1], [1, 2]), on.floats(four)];
    return into({ x, offsets, y }, [y], () => on.device.shift(x, offsets, y), 2, 1, 4, 3);
  },
  blur: (on) => {
    const [x, taps, y] = [on.floats(four, [1, 2, 3, 4]), on.floats([3], [100, 10, 1]), on.floats(four)];
    return into({ x, taps, y }, [y], () => on.device.blur(x, taps, 'cols', y), 112, 122, 334, 344);
  },
  totalVariation: (on) => {
    const [x, y] = [on.floats(four, [0, 3, 4, 4]), on.floats(four)];
    return into({ x, y }, [y], () => on.device.totalVariation(x, 4, y), -0.6, 0.6, 0, 0);
  },
  capture: (on) => {
    const [x, y] = [on.floats([2], [-1, 2]), on.floats([2])];
    const output = (recording: { replay(): void }) => {
      recording.replay();
      return y.read();
    };
    return ready({ x, y }, () => on.own(on.device.capture(() => on.device.relu(x, y))), output, [0, 2]);
  },
  replay: (on) => {
    const [x, y] = [on.floats([2], [-1, 2]), on.floats([2])];
    const recording = on.own(on.device.capture(() => on.device.relu(x, y)));
    return into({ recording }, [y], () => recording.replay(2), 0, 2);
  },
};
