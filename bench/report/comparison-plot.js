import { comparisons, fastest, fastestOfEach } from './rows.js';
import { label, line, picture, rectangle } from './svg.js';

const colours = {
  'deep-inside': '#c0392b',
  'deep-inside, tuned': '#e67e22',
  PyTorch: '#7f8c8d',
  TensorFlow: '#95a5a6',
  tfjs: '#bdc3c7',
};
const otherColour = '#aab7b8';

const [width, left, right, top, bar, gap] = [860, 230, 40, 70, 14, 14];

/** Horizontal bars: how many times as fast as the fastest peer of its row each contestant is; a dash is the floor. */
export function comparisonPlot(rows, title) {
  const groups = rows.map((row) => ({ ...comparisons(row)[0], bars: barsOf(row) })).filter(({ peer }) => peer);
  const values = groups.flatMap(({ bars, peer, floorMs }) => [
    ...bars.map(({ ms }) => peer.times.median / ms),
    floorMs ? peer.times.median / floorMs : 0,
  ]);
  const longest = Math.ceil(Math.max(2, ...values));
  const scale = (ratio) => left + (ratio / longest) * (width - left - right);
  let y = top;
  const shapes = groups.flatMap((group) => {
    const drawn = groupShapes(group, y, scale);
    y += group.bars.length * bar + gap;
    return drawn;
  });
  const height = y + 20;
  return picture(width, height, title, [...frame(title, longest, scale, height), ...shapes]);
}

/** The fastest configuration of each contestant, this library's two apart. */
function barsOf(row) {
  const tuned = fastest(
    row,
    ({ contestant, configuration }) => contestant === 'deep-inside' && configuration === 'tuned',
  );
  const untuned = { ...row, entries: row.entries.filter(({ configuration }) => configuration !== 'tuned') };
  const bars = fastestOfEach(untuned).map(({ contestant, times }) => ({ name: contestant, ms: times.median }));
  return tuned ? [{ name: 'deep-inside, tuned', ms: tuned.times.median }, ...bars] : bars;
}

function groupShapes({ net, threads, label: name, bars, peer, floorMs }, y, scale) {
  const unit = threads === 1 ? 'thread' : 'threads';
  const height = bars.length * bar;
  const title = label(left - 10, y + height / 2 + 4, `${net}, ${name}, ${threads} ${unit}`, { anchor: 'end' });
  const drawn = bars.flatMap(({ name, ms }, i) => {
    const ratio = peer.times.median / ms;
    return [
      rectangle(left, y + i * bar, scale(ratio) - left, bar - 2, colours[name] ?? otherColour),
      label(scale(ratio) + 4, y + i * bar + 10, `${name} ${ratio.toFixed(2)}`, { fill: '#555' }),
    ];
  });
  const floor = floorMs ? scale(peer.times.median / floorMs) : null;
  return [
    title,
    ...drawn,
    ...(floor ? [line(floor, y - 2, floor, y + height, { stroke: '#2c3e50', dash: '4 2' })] : []),
  ];
}

function frame(title, longest, scale, height) {
  const ticks = Array.from({ length: longest + 1 }, (_, i) => i);
  return [
    label(20, 24, title, { weight: 'bold' }),
    label(
      20,
      42,
      'speed relative to the fastest peer of each row; dashes: floor of direct convolutions and dense matrices',
    ),
    ...ticks.map((tick) =>
      line(scale(tick), top - 8, scale(tick), height - 16, { stroke: tick === 1 ? '#555' : '#ddd' }),
    ),
    ...ticks.map((tick) => label(scale(tick), top - 12, `${tick}x`, { anchor: 'middle' })),
  ];
}
