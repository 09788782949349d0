/** How steps are made of gradients. */
export type Optimiser = 'plain' | 'momentum' | 'adam';
export const optimisers: readonly Optimiser[] = ['plain', 'momentum', 'adam'];

export type Schedule = 'constant' | 'linear' | 'cosine';
export const schedules: readonly Schedule[] = ['constant', 'linear', 'cosine'];

/** What the learning rate is multiplied with in step `step` of `steps`: 1 at first, and by two of the schedules 0 after the last. */
export function scheduled(schedule: Schedule, step: number, steps: number): number {
  if (schedule === 'constant') return 1;
  const done = step / steps;
  return schedule === 'linear' ? 1 - done : (1 + Math.cos(Math.PI * done)) / 2;
}

/** Adam's own constants (Kingma & Ba 2015); beta 1 is the momentum. */
const beta2 = 0.999;
const epsilon = 1e-8;

/** Of `device.adam`, for step `step` from 0. The corrections are for the betas as the device has them, in float32. */
export function adamCoefficients(learningRate: number, beta1: number, step: number): number[] {
  const betas = [beta1, beta2].map(Math.fround);
  return [...betas, learningRate, epsilon, ...betas.map((beta) => 1 / (1 - beta ** (step + 1)))];
}

/**
 * What is left of the image after a step: Eq. 1's penalty is taken at the end of the step,
 * I <- (I + eta dS/dI) / (1 + 2 eta lambda), which is stable for every lambda, and the decay beside it.
 */
export function shrinkage(learningRate: number, lambda: number, decay: number): number {
  return (1 - decay) / (1 + 2 * learningRate * lambda);
}
