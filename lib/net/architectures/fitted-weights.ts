import { DeepInsideError } from '../../errors.js';
import type { HostTensor } from '../../formats/model.js';
import type { Architecture } from './builder.js';

/**
 * The weights of an architecture, taken from a file by our names or by those in circulation.
 *
 * @throws  ERR_FORMAT naming what is missing, what has another shape and what the architecture does not have
 */
export function fittedWeights(
  where: string,
  name: string,
  { weightShapes, aliases }: Architecture,
  given: ReadonlyMap<string, HostTensor>,
): Map<string, HostTensor> {
  const [missing, misshapen]: [string[], string[]] = [[], []];
  const left = new Set(given.keys());
  const fitted = new Map<string, HostTensor>();
  for (const [ours, shape] of weightShapes) {
    const found = [ours, aliases?.get(ours) ?? ours].find((key) => given.has(key));
    if (found === undefined) {
      missing.push(ours);
      continue;
    }
    const tensor = given.get(found)!;
    if (tensor.shape.join() !== shape.join())
      misshapen.push(`${found} is [${tensor.shape.join(', ')}], not [${shape.join(', ')}]`);
    fitted.set(ours, tensor);
    left.delete(found);
  }
  const problems = [
    ...listed('missing: ', missing),
    ...listed('of another shape: ', misshapen),
    ...listed('unknown: ', [...left]),
  ];
  if (problems.length === 0) return fitted;
  const remedy = 'take a file of this architecture; classes gives the number of scores';
  throw new DeepInsideError(
    'ERR_FORMAT',
    `${where}: the weights do not fit ${name}: ${problems.join('; ')}; ${remedy}`,
  );
}

function listed(title: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const rest = names.length > 4 ? ` and ${names.length - 4} more` : '';
  return [title + names.slice(0, 4).join(', ') + rest];
}
