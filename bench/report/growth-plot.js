import { circle, label, line, picture, polyline } from './svg.js';

const colours = ['#c0392b', '#2980b9', '#27ae60', '#8e44ad'];
const titles = { batch: 'inputs in the batch', size: 'rows and columns of the input', classes: 'classes of one input' };
const [panelWidth, panelHeight, left, top] = [270, 220, 60, 70];

/** Milliseconds a map against what grows, one panel for each kind; both axes are logarithmic. */
export function growthPlot(points, title) {
  const kinds = [...new Set(points.map(({ kind }) => kind))];
  const nets = [...new Set(points.map(({ net }) => net))];
  const legend = nets.flatMap((net, i) => [circle(24 + i * 140, 44, colours[i]), label(32 + i * 140, 48, net)]);
  const shapes = kinds.flatMap((kind, i) =>
    panel(
      points.filter((point) => point.kind === kind),
      nets,
      left + i * (panelWidth + left),
      titles[kind],
    ),
  );
  const width = left + kinds.length * (panelWidth + left);
  return picture(width, top + panelHeight + 60, title, [
    label(20, 24, title, { weight: 'bold' }),
    ...legend,
    ...shapes,
  ]);
}

function panel(points, nets, x0, title) {
  const cost = ({ times, maps }) => times.median / maps;
  const across = logarithmic(
    points.map(({ value }) => value),
    x0,
    x0 + panelWidth,
  );
  const up = logarithmic(points.map(cost), top + panelHeight, top);
  const lines = nets.flatMap((net, i) => {
    const path = points
      .filter((point) => point.net === net)
      .map((point) => [across.at(point.value), up.at(cost(point))]);
    return [polyline(path, colours[i]), ...path.map(([x, y]) => circle(x, y, colours[i]))];
  });
  const base = top + panelHeight;
  return [
    ...up.ticks.flatMap((tick) => [
      line(x0, up.at(tick), x0 + panelWidth, up.at(tick), { stroke: '#ddd' }),
      label(x0 - 6, up.at(tick) + 4, tick, { anchor: 'end' }),
    ]),
    ...across.ticks.flatMap((tick) => [
      line(across.at(tick), top, across.at(tick), base, { stroke: '#eee' }),
      label(across.at(tick), base + 16, tick, { anchor: 'middle' }),
    ]),
    label(x0 + panelWidth / 2, base + 36, title, { anchor: 'middle' }),
    label(x0 - 6, top - 8, 'ms per map', { anchor: 'end' }),
    ...lines,
  ];
}

/** A logarithmic axis over the values, with ticks at 1, 2 and 5 times the powers of ten. */
function logarithmic(values, from, to) {
  const [low, high] = [Math.min(...values) * 0.9, Math.max(...values) * 1.1];
  const at = (value) => from + ((to - from) * Math.log(value / low)) / Math.log(high / low);
  const powers = Array.from({ length: 12 }, (_, i) => 10 ** (i - 4));
  const ticks = powers.flatMap((power) => [1, 2, 5].map((factor) => Number((factor * power).toPrecision(1))));
  return { at, ticks: ticks.filter((tick) => tick >= low && tick <= high) };
}
