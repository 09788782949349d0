import type { Tensor } from '../device/index.js';
import type { AscentSettings } from './class-model-options.js';
import { adamCoefficients, scheduled, shrinkage } from './ascent-rates.js';
import type { AscentTensors } from './ascent-tensors.js';

type Images = Tensor<'float32'>;

/** Steps of images in a direction, recorded once: what changes from step to step lies in small tensors. */
export interface AscentOptimiser {
  /** Writes what step `step`, from 0, is multiplied with. */
  prepare(step: number): void;
  /** The calls of one step: `image` moves in `direction`, which they may overwrite. */
  calls(): void;
}

/** Of the penalty's proximal step and the decay too; what keeps pixels in range comes after. */
export function optimiserOf(
  tensors: AscentTensors,
  settings: AscentSettings,
  direction: Images,
  image: Images,
): AscentOptimiser {
  const make = { plain: plainSteps, momentum: momentumSteps, adam: adamSteps }[settings.optimiser];
  return make(tensors, settings, direction, image);
}

type Make = (tensors: AscentTensors, settings: AscentSettings, direction: Images, image: Images) => AscentOptimiser;

/** I <- (I + eta d) / (1 + 2 eta lambda). */
const plainSteps: Make = (tensors, settings, direction, image) => {
  const coefficients = new PerImage(tensors, 2);
  return {
    prepare(step) {
      const { rate, shrink } = ratesAt(settings, step);
      coefficients.write([shrink, shrink * rate]);
    },
    calls: () => tensors.device.blend(coefficients.tensor, direction, image),
  };
};

/**
 * I <- (I + mu (I - I') + eta d) / (1 + 2 eta lambda) with I' the image one step before (iPiano, Ochs et al. 2014): its
 * fixed points are those of the plain step. v holds mu (I - I') + eta d, and then the displacement
 * s (I + v) - I = v + (1 - 1 / s) times the new image, where s is what the step shrinks by.
 */
const momentumSteps: Make = (tensors, settings, direction, image) => {
  const { device } = tensors;
  const v = tensors.images();
  const [push, move, pull] = [new PerImage(tensors, 2), new PerImage(tensors, 2), new PerImage(tensors, 2)];
  return {
    prepare(step) {
      const { rate, shrink } = ratesAt(settings, step);
      push.write([settings.momentum, rate]);
      move.write([shrink, shrink]);
      pull.write([1, 1 - 1 / shrink]);
    },
    calls() {
      device.blend(push.tensor, direction, v);
      device.blend(move.tensor, v, image);
      device.blend(pull.tensor, image, v);
    },
  };
};

/** Kingma & Ba 2015. The penalty's derivative, 2 lambda I, is a part of the gradient here, so that fixed points stay. */
const adamSteps: Make = (tensors, settings, direction, image) => {
  const { device } = tensors;
  const [first, second] = [tensors.images(), tensors.images()];
  const [moments, penalty, decay] = [new PerImage(tensors, 6), new PerImage(tensors, 2), new PerImage(tensors, 2)];
  penalty.write([1, -2 * settings.lambda]);
  decay.write([1 - settings.decay, 0]);
  return {
    prepare: (step) => moments.write(adamCoefficients(ratesAt(settings, step).rate, settings.momentum, step)),
    calls() {
      device.blend(penalty.tensor, image, direction);
      device.adam(moments.tensor, direction, first, second, image);
      device.blend(decay.tensor, direction, image);
    },
  };
};

function ratesAt({ schedule, steps, learningRate, lambda, decay }: AscentSettings, step: number) {
  const rate = learningRate * scheduled(schedule, step, steps);
  return { rate, shrink: shrinkage(rate, lambda, decay) };
}

/** The same few numbers for each image. */
class PerImage {
  readonly tensor: Tensor<'float32'>;

  constructor(
    readonly tensors: AscentTensors,
    count: number,
  ) {
    this.tensor = tensors.floats([tensors.n, count]);
  }

  write(numbers: readonly number[]): void {
    this.tensor.write(Float32Array.from(Array.from({ length: this.tensors.n }, () => numbers).flat()));
  }
}
