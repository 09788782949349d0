import { shown } from '../../check.js';
import { DeepInsideError } from '../../errors.js';
import { formatError, unsupportedError } from '../refusal.js';
import type { OnnxOp } from './op.js';
import type { OnnxFile, OnnxInput } from './proto.js';

/** [channels, rows, cols]. */
export type InputShape = readonly [number, number, number];

/** The one input that `ops` read and the file does not store: older files list the weights among the inputs. */
export function graphInput(where: string, file: OnnxFile, ops: readonly OnnxOp[]): OnnxInput {
  const stored = new Set(file.initialisers.map(({ name }) => name));
  const read = new Set(ops.flatMap((op) => op.inputs));
  const inputs = file.inputs.filter(({ name }) => read.has(name) && !stored.has(name));
  if (inputs.length === 1) return inputs[0]!;
  if (!inputs.length) throw formatError(where, 'the output must depend on an input of the graph, it depends on none');
  const names = shown(inputs.map(({ name }) => name));
  throw unsupportedError(where, `the network must have one input, an image; this one reads ${names}`);
}

/**
 * [n, channels, rows, cols] of the input; the batch size is that of the file, or 1 where it is open.
 *
 * @param given  the caller's shape for what the file leaves open
 * @throws       ERR_ARGUMENT where sides are open and not given, or given otherwise than the file has them
 */
export function inputShapeOf(where: string, { name, dims }: OnnxInput, given: InputShape | undefined): number[] {
  const sides = dims ?? ['n', 'channels', 'rows', 'cols'];
  const [batch, ...rest] = sides.map((side) => (typeof side === 'number' && side > 0 ? side : null));
  // Not an image: the first node to read it is refused by name, which tells more than a message from here.
  if (sides.length !== 4) return [batch ?? 1, ...rest.map((side) => side ?? 1)];
  const at = `${where}: input ${shown(name)} has shape [${sides.join(', ')}]`;
  const shape = rest.map((side, i) => {
    const chosen = side ?? given?.[i];
    if (chosen === undefined) {
      throw new DeepInsideError(
        'ERR_ARGUMENT',
        `${at}; give the option inputShape, such as [3, 224, 224], for what is open`,
      );
    }
    if (given && given[i] !== chosen) {
      throw new DeepInsideError('ERR_ARGUMENT', `${at}, to which inputShape must agree, got ${shown(given)}`);
    }
    return chosen;
  });
  return [batch ?? 1, ...shape];
}
