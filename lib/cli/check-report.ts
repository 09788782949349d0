import type { Completeness, InsertionDeletion, MapCorrelation, Pointing, Randomisation, ReluRule } from '../index.js';
import { indented, table } from './table.js';
import { visible } from './visible.js';

/** What the checks found of the map of one class; those that were not asked for are left out. */
export interface Checks {
  readonly class: number;
  readonly randomisation?: Pick<Randomisation, 'order' | 'layers'>;
  readonly insertionDeletion?: Omit<InsertionDeletion, 'prediction'>;
  readonly pointingGame?: Pointing;
  readonly completeness?: Completeness;
}

/** Choice: from here on a map counts as unchanged. */
const unchanged = 0.8;

/** The lines of one map. */
export function textOfChecks({ randomisation, insertionDeletion, pointingGame, completeness }: Checks): string {
  return [
    ...(randomisation ? linesOfRandomisation(randomisation) : []),
    ...(insertionDeletion ? linesOfCurves(insertionDeletion) : []),
    ...(pointingGame ? [lineOfPointing(pointingGame)] : []),
    ...(completeness ? [lineOfCompleteness(completeness)] : []),
  ].join('\n');
}

export function linesOfRandomisation({ order, layers }: Pick<Randomisation, 'order' | 'layers'>): string[] {
  const rules = Object.keys(layers[0]!.correlations) as ReluRule[];
  const head = ['redrawn', ...rules.flatMap((rule) => [rule, 'signed'])];
  const rows = layers.map(({ layer, correlations }) => [
    layer,
    ...rules.flatMap((rule) => [shownAs(correlations[rule]!.absolute), shownAs(correlations[rule]!.signed)]),
  ]);
  const which = order === 'cascading' ? 'each layer and all above it are' : 'each layer alone is';
  return [
    `rank correlation with the map as it is, of magnitudes and with signs, when ${which} redrawn:`,
    indented(table(head, rows, ['left', ...rules.flatMap(() => ['right', 'right'])].join(' '))),
    ...rules.map((rule) => verdictOn(rule, visible(layers[0]!.layer), layers[0]!.correlations[rule]!)),
  ];
}

function verdictOn(rule: ReluRule, layer: string, { absolute, signed }: MapCorrelation): string {
  if (absolute === null || signed === null) return `${rule} maps are the same everywhere when ${layer} is redrawn`;
  const kept = `(${shownAs(absolute)}, signed ${shownAs(signed)}) when ${layer} is redrawn`;
  if (Math.min(absolute, signed) < unchanged) return `${rule} maps change ${kept}`;
  return `${rule} maps hardly change ${kept}: they do not show what the class score depends on there`;
}

interface Area {
  readonly area: number;
}

/** What is printed of curves. */
export interface Areas {
  readonly insertion: Area;
  readonly deletion: Area;
  readonly random: { readonly insertion: Area; readonly deletion: Area };
}

export function linesOfCurves({ insertion, deletion, random }: Areas): string[] {
  const line = (name: string, own: number, byLot: number, better: string) =>
    `${name} area ${own.toFixed(3)}, by lot ${byLot.toFixed(3)} (${better} is better)`;
  return [
    line('insertion', insertion.area, random.insertion.area, 'more'),
    line('deletion', deletion.area, random.deletion.area, 'less'),
  ];
}

function lineOfPointing({ hit, point, distance }: Pointing): string {
  if (!point) return 'pointing game: a miss, the map is the same everywhere';
  const place = `the maximum, at row ${point.row}, col ${point.col},`;
  const where = distance === 0 ? 'lies in a box' : `is ${distance!.toFixed(1)} pixels from the nearest box`;
  return `pointing game: a ${hit ? 'hit' : 'miss'}, ${place} ${where}`;
}

function lineOfCompleteness(completeness: Completeness): string {
  const { sum, difference, steps } = completeness;
  const share = shareOff(completeness);
  const off = share === null ? '' : `, ${percent(share)} off`;
  return `integrated gradients sum to ${sum.toFixed(3)} of ${difference.toFixed(3)}${off}, in ${steps} steps`;
}

/** How far the sum of a map is off, as a share of what it should be; null of nothing. */
export function shareOff({ delta, difference }: Completeness): number | null {
  return difference === 0 ? null : Math.abs(delta / difference);
}

function shownAs(correlation: number | null): string {
  return correlation === null ? '-' : correlation.toFixed(2).replace('-0.00', '0.00');
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
