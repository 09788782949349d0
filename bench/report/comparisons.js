import { isDeepStrictEqual } from 'node:util';

/**
 * Several comparisons (files of compare.js --json) as one: the rows of all in the order of their nets' first appearance,
 * the later file's where two measured the same, who is absent from all, the last run's date and versions, and the best peaks
 * of the machine.
 */
export function together(comparisons) {
  const rows = new Map();
  for (const row of comparisons.flatMap((one) => one.rows)) rows.set(keyOf(row), row);
  const nets = [...new Set([...rows.values()].map(({ net }) => net))];
  const present = [...rows.values()].flatMap(({ net, entries }) => [net, ...entries.map((entry) => entry.contestant)]);
  const absent = comparisons.flatMap((one) => one.absent).filter(({ name }) => !present.includes(name));
  return {
    ...comparisons.at(-1),
    rows: nets.flatMap((name) => [...rows.values()].filter(({ net }) => net === name)),
    absent: absent.filter((one, i) => absent.findIndex((other) => isDeepStrictEqual(one, other)) === i),
    versions: Object.assign({}, ...comparisons.map((one) => one.versions)),
    machine: comparisons.map((one) => one.machine).reduce(best, {}),
  };
}

function keyOf({ net, threads, label }) {
  return `${net}, ${threads}, ${label}`;
}

/** The better of two machines' peaks, for each number of threads. */
function best(one, other) {
  const all = { ...one };
  for (const [threads, { flops, bandwidth }] of Object.entries(other)) {
    const known = all[threads] ?? { flops: 0, bandwidth: 0 };
    all[threads] = { flops: Math.max(known.flops, flops), bandwidth: Math.max(known.bandwidth, bandwidth) };
  }
  return all;
}
