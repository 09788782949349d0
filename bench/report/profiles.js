/** Profiles of passes (bench/profile.js) as tables. */

export const profileHeader = ['pass', 'layer', 'operation', 'ms', 'share', 'GFLOP', 'GFLOP/s', 'GB/s'];

/** One line for each operation. */
export function operationLines({ operations, sum }) {
  return operations.map((one) => cells(one, sum));
}

/** One line for each kind of operation, the one that takes most of the time first. */
export function kindLines({ operations, sum }) {
  const kinds = new Map();
  for (const { pass, operation, ms, gflop, mbytes } of operations) {
    const key = `${pass} ${operation}`;
    const kind = kinds.get(key) ?? { pass, layer: 'all', operation, ms: 0, gflop: 0, mbytes: 0 };
    kinds.set(key, { ...kind, ms: kind.ms + ms, gflop: kind.gflop + gflop, mbytes: kind.mbytes + mbytes });
  }
  return [...kinds.values()].sort((a, b) => b.ms - a.ms).map((one) => cells(one, sum));
}

export function profileSummary({ setting, sum, whole }) {
  return `${setting}: sum ${sum.toFixed(2)} ms, whole pass ${whole.toFixed(2)} ms`;
}

function cells({ pass, layer, operation, ms, gflop, mbytes }, sum) {
  const share = `${((100 * ms) / sum).toFixed(1)} %`;
  const perSecond = (amount, digits) => (amount > 0 && ms > 0 ? (amount / ms).toFixed(digits) : '-');
  const work = gflop > 0 ? gflop.toFixed(3) : '-';
  const rates = [perSecond(1000 * gflop, 0), perSecond(mbytes, 1)];
  return [pass, layer || '-', operation, ms.toFixed(3), share, work, ...rates];
}
