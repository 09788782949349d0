import type { UnitFigure, UnitPicture } from '../gallery/data.js';
import { topActivations, type Image, type Network, type ReluRule, type TopUnit } from '../index.js';
import { receptiveField } from '../net/receptive-field.js';
import { indexOfMaximum } from '../net/target.js';
import { patchPicture, reconstructionPicture } from './report-pictures.js';
import type { Stopwatch } from './stopwatch.js';

const rules: readonly (readonly [rule: ReluRule, title: string])[] = [
  ['deconvnet', 'DeconvNet'],
  ['guided', 'Guided back-propagation'],
  ['gradient', 'Gradient'],
];

/**
 * The layer whose strongest unit a report shows: the last one behind a ReLU whose units see no more than half of the
 * input's rows, so that what they see is a part of the picture; null where there is none.
 */
export function layerToShow(net: Network): string | null {
  const { graph, shapes } = net.targetContext;
  const geometry = { graph, shapes, weights: net.model.weights };
  const found = [...net.layers].reverse().find(({ op, output, shape: [, rows = 1, cols = 1] }) => {
    if (op !== 'relu' || rows * cols === 1) return false;
    const middle = { channel: 0, row: Math.floor(rows / 2), col: Math.floor(cols / 2) };
    const field = receptiveField(geometry, output, middle);
    return field !== null && field.rows <= net.inputShape[1] / 2;
  });
  return found?.name ?? null;
}

/** The strongest unit of a layer in an image, what of the image it saw, and what goes back from there by each rule. */
export async function unitOf(net: Network, img: Image, layer: string, watch: Stopwatch): Promise<UnitFigure | null> {
  const { [layer]: values } = await net.forward(img, { layers: [layer] });
  const area = values!.size / values!.shape[0]!;
  const channels = [Math.floor(indexOfMaximum(values!.data) / area)];
  const pictures: UnitPicture[] = [];
  const units: TopUnit[] = [];
  for (const [rule, title] of rules) {
    const search = () => topActivations(net, [img], layer, { channels, count: 1, rule });
    const { result, milliseconds } = await watch.time(`Reconstruction, ${title}`, 1, search);
    const unit = result[0]!.units[0];
    if (!unit) return null; // not even the strongest unit fired
    units.push(unit);
    const picture = await reconstructionPicture(net, unit.reconstruction);
    pictures.push({ title, zero: unit.zero, milliseconds, picture });
  }
  const { row, col, value, patch } = units[0]!;
  const seen = { title: 'What it looked at', zero: false, milliseconds: null, picture: await patchPicture(patch!) };
  return { layer, channel: channels[0]!, row, col, activation: value, pictures: [seen, ...pictures] };
}
