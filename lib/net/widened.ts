import type { Step } from './program.js';

/** The steps of a program for backward passes of m gradients for each input. */
export interface Widened {
  readonly steps: readonly Step[];
  dispose(): void;
}

/** The same values, and for layers that are planned for a number of gradients plans of their own. */
export async function widened(steps: readonly Step[], m: number): Promise<Widened> {
  const owned: { dispose?(): void }[] = [];
  const dispose = () => {
    for (const planned of owned) planned.dispose?.();
  };
  const wide: Step[] = [];
  try {
    for (const step of steps) {
      const planned = await step.planned.widened?.(m);
      if (planned) owned.push(planned);
      wide.push(planned ? { ...step, planned } : step);
    }
    return { steps: wide, dispose };
  } catch (reason) {
    dispose();
    throw reason;
  }
}
