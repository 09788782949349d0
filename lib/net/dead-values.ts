import type { ReluRule } from '../device/index.js';
import type { Step, Value } from './program.js';

/**
 * The values whose elements are dead where they are not above 0: whatever gradient arrives there, nothing of it reaches
 * `to`, so that it need not be computed. Such values are never negative.
 *
 * A ReLU's output is one, by every rule but 'deconvnet', which looks at the signal alone. What a layer makes of nothing
 * but such values is one if each of its zeros stands for zeros alone, or passes to them alone what it does not drop:
 * a maximum, a mean and a sum of numbers >= 0 are 0 where all of these are; LRN is 0 where its x is, and what it sends
 * from there to other channels it multiplies by that x. So the gradient dies at the ReLUs below, of which `to` is none:
 * its own gradient is what was asked for.
 */
export function deadValues(steps: readonly Step[], to: Value, rule: ReluRule): ReadonlySet<Value> {
  const dead = new Set<Value>();
  if (rule === 'deconvnet') return dead;
  for (const { planned, xs, y } of steps) {
    const inherits = planned.dead === 'inherited' && xs.every((x) => dead.has(x));
    if (y !== to && (planned.dead === 'always' || inherits)) dead.add(y);
  }
  return dead;
}
