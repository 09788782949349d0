import { kept, only, weightless, type Layer } from './layer.js';

/**
 * X_{n+1} = max(X_n, 0); backward one of three rules (Sect. 4): 'gradient' passes R where X_n > 0, 'deconvnet' where
 * R > 0, 'guided' where both. X_n > 0 exactly where X_{n+1} > 0, so that the output is all it needs.
 */
export function relu(options: { readonly name: string }): Layer {
  return weightless(
    (inputs) => only(`ReLU "${options.name}"`, inputs),
    async (device, [x]) => ({
      xs: [x!],
      y: x!,
      takesViews: true,
      backwardInPlace: true,
      dead: 'always',
      masks: 'always',
      backwardIsIdle: ({ rule }, masked) => rule === 'gradient' && masked,
      forward: ([x], y) => device.relu(x!, y),
      backward: ({ rule, y, dy, dxs: [dx] }) => {
        if (dx) device.reluBackward(rule, kept(y), dy, dx);
      },
    }),
  );
}
