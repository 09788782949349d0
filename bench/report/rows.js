const us = 'deep-inside';

/** Of a row's configurations that compute the right thing, the fastest that `wanted` accepts, or null. */
export function fastest({ entries }, wanted) {
  const fit = entries.filter(
    (entry) => entry.times && !entry.error && entry.differences?.same !== false && wanted(entry),
  );
  return fit.sort((a, b) => a.times.median - b.times.median)[0] ?? null;
}

/** The fastest configuration of each contestant in a row, fastest first. */
export function fastestOfEach(row) {
  const names = new Set(row.entries.map(({ contestant }) => contestant));
  const each = [...names].map((name) => fastest(row, ({ contestant }) => contestant === name));
  return each.filter((entry) => entry).sort((a, b) => a.times.median - b.times.median);
}

/** This library beside the fastest peer and the floor. Several classes are shown beside PyTorch's retain_graph too. */
export function comparisons(row) {
  const peer = ({ contestant }) => contestant !== us;
  const retaining = ({ configuration }) => configuration.startsWith('retain_graph');
  const all = [comparison(row, row.label, fastest(row, peer))];
  if (row.work === 'classes') all.push(comparison(row, `${row.label}, retain_graph`, fastest(row, retaining)));
  return all;
}

function comparison(row, label, peer) {
  const of = (name) => fastest(row, ({ contestant, configuration }) => contestant === us && configuration === name);
  const [ours, tuned] = [of('default'), of('tuned')];
  const ratio = (entry) => (entry && peer ? peer.times.median / entry.times.median : null);
  return { ...row, label, ours, tuned, peer, ratio: ratio(ours), tunedRatio: ratio(tuned) };
}

export const summaryHeader = [
  'net',
  'threads',
  'case',
  'deep-inside ms',
  'quartiles',
  'results/s',
  'tuned ms',
  'fastest peer',
  'its ms',
  'times as fast',
  'tuned',
  'floor ms',
  'of floor',
];

/** One line of the summary: texts under `summaryHeader`. */
export function summaryLine({ net, threads, label, ours, tuned, peer, ratio, tunedRatio, floorMs, results }) {
  const better = Math.min(ours?.times.median ?? Infinity, tuned?.times.median ?? Infinity);
  return [
    net,
    threads,
    label,
    ms(ours?.times.median),
    ours ? `${ms(ours.times.lower)}–${ms(ours.times.upper)}` : '-',
    ours ? ((1000 * results) / ours.times.median).toFixed(1) : '-',
    ms(tuned?.times.median),
    peer ? `${peer.contestant} ${peer.configuration}` : '-',
    ms(peer?.times.median),
    times(ratio),
    times(tunedRatio),
    ms(floorMs ?? undefined),
    floorMs && Number.isFinite(better) ? times(better / floorMs) : '-',
  ];
}

/** What the words of both tables mean, for a terminal. */
export const legend = `difference: median over the maps of |a - b| / |b| beside this library's map b; flipped: maps with more than 1e-3.
sat out: far slower while warming up, and not measured; floor: multiplying at the machine's peak, reading weights once.`;

export const contestantHeader = [
  'net',
  'threads',
  'case',
  'contestant',
  'ms',
  'quartiles',
  'rounds',
  'results/s',
  'difference',
  'flipped',
];

/** One line for each contestant and configuration of a row; what sat out the rounds has one call, what failed says why. */
export function contestantLines({ net, threads, label, results, entries }) {
  return entries.map(({ contestant, configuration, times: spread, satOut, error, differences }) => {
    const name = `${contestant} ${configuration}`;
    if (error || !spread)
      return [net, threads, label, name, '-', '-', '-', '-', '-', error?.split('\n')[0] ?? 'not reached'];
    const quartiles = satOut ? 'sat out' : `${ms(spread.lower)}–${ms(spread.upper)}`;
    const speed = ((1000 * results) / spread.median).toFixed(1);
    const difference = differences ? [differenceText(differences), flipsText(differences)] : ['-', '-'];
    return [net, threads, label, name, ms(spread.median), quartiles, spread.count, speed, ...difference];
  });
}

function differenceText({ same, median }) {
  return same ? median.toExponential(1) : `SOMETHING ELSE: ${median.toExponential(1)}`;
}

function flipsText({ flipped, count }) {
  return `${Math.round(flipped * count)} of ${count}`;
}

function ms(value) {
  if (value === undefined) return '-';
  return value.toFixed(value < 100 ? 2 : 0);
}

function times(ratio) {
  return ratio === null ? '-' : `${ratio.toFixed(2)}x`;
}
