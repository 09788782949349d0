/** Points of growth (bench/growth.js) as a table. */

export const growthHeader = ['grows', 'net', 'to', 'ms', 'ms per map', 'device MiB', 'MiB per map', 'resident MiB'];

export function growthLine({ kind, net, value, maps, times, device, resident }) {
  const mebibytes = (bytes) => (bytes / 2 ** 20).toFixed(1);
  const cost = [times.median.toFixed(2), (times.median / maps).toFixed(2)];
  return [kind, net, String(value), ...cost, mebibytes(device), mebibytes(device / maps), mebibytes(resident)];
}
