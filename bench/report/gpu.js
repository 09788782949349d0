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

/**
 * One line of the table: maps per second, and the shares of the card's ceilings that this library's reach.
 *
 * @param rows  of one net, precision and batch: several where PyTorch's configurations were measured in several runs, the
 *              first of which says how fast this library is. Times are compared within a row alone, and what is the best of
 *              all peers is the one that comes out best beside this library in its own row.
 */
function line(rows, ceilings) {
  const [row] = rows;
  const ours = fastest(row, isOurs);
  const speed = ours ? perSecond(row, ours) : null;
  const best = closest(rows, /./);
  return [
    row.net,
    row.precision,
    row.n,
    speed === null ? failure(rows, us) : rounded(speed),
    ...Object.values(ways).map((pattern) => speedOfPeer(rows, pattern)),
    ratio(closest(rows, ways.eager)),
    ratio(best),
    share(speed && speed * row.flops, ceilings[row.precision]),
    row.n === 1 ? share(speed && speed * row.bytes, ceilings.copy) : '-',
    best?.entry.differences ? best.entry.differences.median.toExponential(1) : '-',
  ];
}

function isOurs({ contestant }) {
  return contestant === us;
}

function peerOf(row, pattern) {
  return fastest(row, (one) => !isOurs(one) && pattern.test(one.configuration));
}

function perSecond(row, entry) {
  return (1000 * row.results) / entry.times.median;
}

function speedOfPeer(rows, pattern) {
  const row = rows.find((one) => peerOf(one, pattern));
  return row ? rounded(perSecond(row, peerOf(row, pattern))) : failure(rows, 'PyTorch', pattern);
}

/** The fastest peer of each row beside this library there, and of these the one with the least lead: { entry, lead }. */
function closest(rows, pattern) {
  const leads = rows.flatMap((row) => {
    const [ours, entry] = [fastest(row, isOurs), peerOf(row, pattern)];
    return ours && entry ? [{ entry, lead: entry.times.median / ours.times.median }] : [];
  });
  return leads.sort((a, b) => a.lead - b.lead).at(0) ?? null;
}

function ratio(beside) {
  return beside ? `${beside.lead.toFixed(2)}x` : '-';
}

/** What a cell without a number says: that there was no memory, that it gave other maps, or nothing. */
function failure(rows, contestant, pattern = /./) {
  const error = rows
    .flatMap(({ entries }) => entries)
    .find((one) => one.contestant === contestant && one.error && pattern.test(one.configuration));
  if (!error) return '-';
  return /ERR_MEMORY|out of memory/i.test(error.error) ? 'out of memory' : 'failed';
}

function rounded(speed) {
  return speed.toFixed(speed < 100 ? 1 : 0);
}

function share(reached, ceiling) {
  return reached && ceiling ? `${((100 * reached) / ceiling).toFixed(1)} %` : '-';
}

/** The lines of some results, each with the rows of one net, precision and batch, by batch. */
function lines(results) {
  const pairs = new Map();
  for (const { rows, ceilings } of results)
    for (const row of rows) {
      const batches = found(pairs, `${row.net} ${row.precision}`, () => new Map());
      found(batches, row.n, () => ({ rows: [], ceilings })).rows.push(row);
    }
  const ordered = [...pairs.values()].flatMap((batches) => [...batches].sort(([a], [b]) => a - b));
  return ordered.map(([, group]) => line(group.rows, group.ceilings));
}

function found(map, key, make) {
  if (!map.has(key)) map.set(key, make());
  return map.get(key);
}

/** The rows of some results as a table for a terminal. */
export function gpuText(...results) {
  return textTable(header, lines(results));
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

${markdownTable(header, lines([{ rows, ceilings }]))}

## Every configuration

${markdownTable(['net', 'precision', 'batch', ...contestantHeader.slice(3)], every)}
`;
}
