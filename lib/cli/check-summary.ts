import type { MapCorrelation, ReluRule } from '../index.js';
import { linesOfCurves, linesOfRandomisation, percent, shareOff, type Areas, type Checks } from './check-report.js';
import { median } from './median.js';

/** The medians over several maps, of each number over the maps that have it; null where there are none. */
export function textOfSummary(all: readonly Checks[]): string | null {
  if (all.length < 2) return null;
  const [first] = all as [Checks];
  const curves = all.flatMap(({ insertionDeletion }) => insertionDeletion ?? []);
  const hits = all.flatMap(({ pointingGame }) => pointingGame?.hit ?? []);
  const off = all.flatMap(({ completeness }) => (completeness && shareOff(completeness)) ?? []);
  const lines = [
    ...(first.randomisation ? linesOfRandomisation(medianRandomisation(all)) : []),
    ...(curves.length > 0 ? linesOfCurves(medianAreas(curves)) : []),
    ...(hits.length > 0 ? [`pointing game: ${hits.filter(Boolean).length} of ${hits.length} hit`] : []),
    ...(off.length > 0
      ? [`integrated gradients: ${percent(median(off)!)} off, at most ${percent(Math.max(...off))}`]
      : []),
  ];
  return lines.length === 0 ? null : [`medians of ${all.length} maps`, ...lines].join('\n');
}

type Found = NonNullable<Checks['randomisation']>;

/** The maps are of one network, so that all have the same layers. */
function medianRandomisation(all: readonly Checks[]): Found {
  const found = all.flatMap(({ randomisation }) => randomisation ?? []);
  const { order, layers } = found[0]!;
  const middle = (l: number, rule: ReluRule, kind: keyof MapCorrelation) =>
    median(found.flatMap((one) => one.layers[l]!.correlations[rule]![kind] ?? []));
  return {
    order,
    layers: layers.map(({ layer, correlations }, l) => {
      const rules = Object.keys(correlations) as ReluRule[];
      const medians = rules.map((rule) => [
        rule,
        { absolute: middle(l, rule, 'absolute'), signed: middle(l, rule, 'signed') },
      ]);
      return { layer, correlations: Object.fromEntries(medians) as typeof correlations };
    }),
  };
}

function medianAreas(all: readonly Areas[]): Areas {
  const middle = (pick: (areas: Areas) => { readonly area: number }) => ({ area: median(all.map(pick).map(areaOf))! });
  return {
    insertion: middle(({ insertion }) => insertion),
    deletion: middle(({ deletion }) => deletion),
    random: {
      insertion: middle(({ random }) => random.insertion),
      deletion: middle(({ random }) => random.deletion),
    },
  };
}

function areaOf({ area }: { readonly area: number }): number {
  return area;
}
