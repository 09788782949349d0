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

/** What one contestant did in a row, as a line for the terminal. */
export function entryLine(row, { contestant, configuration, times: spread, satOut, error, differences }) {
  const name = `  ${contestant} ${configuration}`.padEnd(34);
  if (error) return `${name} ${error.split('\n')[0]}`;
  if (!spread) return `${name} was not reached`;
  const speed = `${((1000 * row.results) / spread.median).toFixed(1)}/s`;
  const range = satOut
    ? 'one call; sat out the rounds'
    : `${ms(spread.lower)}–${ms(spread.upper)}, ${spread.count} rounds`;
  const notes = [range, differences && differenceText(differences)].filter((note) => note);
  return `${name} ${ms(spread.median).padStart(8)} ms  ${speed.padStart(9)}  ${notes.join('; ')}`;
}

function differenceText({ same, median, flipped, count }) {
  if (!same) return `COMPUTES SOMETHING ELSE (relative difference ${median.toExponential(1)})`;
  return `differs by ${median.toExponential(1)}, ${Math.round(flipped * count)} of ${count} by more than 1e-3`;
}

function ms(value) {
  if (value === undefined) return '-';
  return value.toFixed(value < 100 ? 2 : 0);
}

function times(ratio) {
  return ratio === null ? '-' : `${ratio.toFixed(2)}x`;
}
