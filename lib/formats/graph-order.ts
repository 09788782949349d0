import { shown } from '../check.js';
import { formatError } from './refusal.js';

/** What of a node decides its place. */
export interface Ordered {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * The nodes sorted such that each comes after those whose values it reads; an order that is right already is kept.
 * Inputs that no node computes are ignored.
 *
 * @param where  the file's path, for messages
 * @throws       ERR_FORMAT where two nodes compute the same value, or where nodes read each other in a circle
 */
export function orderNodes<T extends Ordered>(where: string, nodes: readonly T[]): T[] {
  const producers = producersOf(where, nodes);
  const sorted = new Set<T>();
  for (const root of nodes) visit(where, root, producers, sorted);
  return [...sorted];
}

/** Adds `root` to `sorted` after all that it waits for: depth first, without recursion, since nets may be deep. */
function visit<T extends Ordered>(where: string, root: T, producers: ReadonlyMap<string, T>, sorted: Set<T>): void {
  // A chain in which each node waits for the next one; `next` counts its inputs that are done.
  const chain = sorted.has(root) ? [] : [{ node: root, next: 0 }];
  const waiting = new Set([root]);
  while (chain.length) {
    const last = chain[chain.length - 1]!;
    if (last.next === last.node.inputs.length) {
      sorted.add(last.node);
      waiting.delete(last.node);
      chain.pop();
      continue;
    }
    const before = producers.get(last.node.inputs[last.next++]!);
    if (!before || sorted.has(before)) continue;
    if (waiting.has(before)) {
      const nodes = chain.map(({ node }) => node);
      throw cycleError(where, nodes.slice(nodes.indexOf(before)));
    }
    chain.push({ node: before, next: 0 });
    waiting.add(before);
  }
}

/** The node that computes each value. */
export function producersOf<T extends Ordered>(where: string, nodes: readonly T[]): Map<string, T> {
  const producers = new Map<string, T>();
  for (const node of nodes) {
    for (const output of node.outputs) {
      if (output === '') continue;
      const other = producers.get(output);
      if (other) {
        const both = `nodes ${shown(other.name)} and ${shown(node.name)}`;
        throw formatError(where, `value ${shown(output)} must have one source, ${both} both compute it`);
      }
      producers.set(output, node);
    }
  }
  return producers;
}

function cycleError(where: string, cycle: readonly Ordered[]): Error {
  const names = [...cycle, cycle[0]!].map(({ name }) => shown(name));
  const chain = names.length > 8 ? [...names.slice(0, 6), '...', names[names.length - 1]] : names;
  return formatError(where, `the graph must have no cycle, these nodes wait for each other: ${chain.join(' <- ')}`);
}
