import { contestantHeader, contestantLines, fastest } from './rows.js';
import { markdownTable, textTable } from './table.js';

const us = 'deep-inside';
/** PyTorch's configurations by what they are called in the table: the faster layout counts, except for eager. */
const ways = {
  eager: /^nchw$/,
  channels_last: /^channels_last$/,
  compiled: /^compiled /,
  'CUDA graph': /^(compiled\+)?graph /,
};

const header = [
  'net',
  'precision',
  'batch',
  'deep-inside maps/s',
  ...Object.keys(ways).map((way) => `PyTorch ${way}`),
  'beside eager',
  'beside the best',
  'of matmul',
  'of copy',
  'difference',
];

/** One line of the table: maps per second, and the shares of the card's ceilings that this library's reach. */
function line(row, ceilings) {
  const ours = fastest(row, ({ contestant }) => contestant === us);
  const peer = (pattern) => fastest(row, (one) => one.contestant !== us && pattern.test(one.configuration));
  const best = peer(/./);
  const perSecond = (entry) => (entry ? (1000 * row.results) / entry.times.median : null);
  const ratio = (entry) => (ours && entry ? `${(entry.times.median / ours.times.median).toFixed(2)}x` : '-');
  const speed = perSecond(ours);
  return [
    row.net,
    row.precision,
    row.n,
    speed === null ? failure(row, us) : rounded(speed),
    ...Object.values(ways).map((pattern) => rounded(perSecond(peer(pattern))) ?? failure(row, 'PyTorch', pattern)),
    ratio(peer(ways.eager)),
    ratio(best),
    share(speed && speed * row.flops, ceilings[row.precision]),
    row.n === 1 ? share(speed && speed * row.bytes, ceilings.copy) : '-',
    best?.differences ? best.differences.median.toExponential(1) : '-',
  ];
}

/** What a cell without a number says: that there was no memory, that it gave other maps, or nothing. */
function failure({ entries }, contestant, pattern = /./) {
  const error = entries.find((one) => one.contestant === contestant && one.error && pattern.test(one.configuration));
  if (!error) return '-';
  return /ERR_MEMORY|out of memory/i.test(error.error) ? 'out of memory' : 'failed';
}

function rounded(speed) {
  return speed === null ? null : speed.toFixed(speed < 100 ? 1 : 0);
}

function share(reached, ceiling) {
  return reached && ceiling ? `${((100 * reached) / ceiling).toFixed(1)} %` : '-';
}

/** The rows of some results as a table for a terminal. */
export function gpuText(...results) {
  return textTable(
    header,
    results.flatMap(({ rows, ceilings }) => rows.map((row) => line(row, ceilings))),
  );
}

/** A page about a result of bench/gpu.js. */
export function gpuPage({ run, ceilings, rows, absent, versions }) {
  const { by, copy, ...products } = ceilings;
  const peaks = Object.entries(products).map(([precision, flops]) => `${precision} ${(flops / 1e12).toPrecision(3)}`);
  const peers = Object.entries(versions).map((pair) => pair.join(' '));
  const every = rows.flatMap((row) =>
    contestantLines(row).map((cells) => [row.net, row.precision, row.n, ...cells.slice(3)]),
  );
  const about = [
    `${run.date.slice(0, 10)}, ${run.machine}, driver ${run.driver}`,
    [run.versions, ...peers.filter((one) => !one.startsWith(us))].join(', '),
    `\`${run.command}\``,
    `the device's ceilings, measured by ${by}: products of matrices in TFLOP/s, ${peaks.join(', ')}; copying ${(copy / 1e9).toFixed(0)} GB/s`,
    ...absent.map(({ name, reason }) => `${name} took no part: ${reason}`),
  ];
  return `# Maps per second on ${run.device}

${about.map((item) => `- ${item}`).join('\n')}

Times go from an input in the host's memory to a map there. \`of matmul\`: maps/s x FLOPs of a map, beside the ceiling; \`of copy\`: maps/s x bytes of weights, which are read forward and backward, beside it; \`difference\`: median of |a - b| / |b| of the best peer's maps beside this library's.

${markdownTable(
  header,
  rows.map((row) => line(row, ceilings)),
)}

## Every configuration

${markdownTable(['net', 'precision', 'batch', ...contestantHeader.slice(3)], every)}
`;
}
