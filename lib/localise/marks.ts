import { inSlices } from '../steps.js';
import { quantilesOf } from './quantiles.js';
import { marksBeyond, type Marks } from './seeds.js';
import type { SegmentSettings } from './segment-settings.js';
import type { WorkMap } from './work-grid.js';

/** What a map says of pixels before any colour is looked at. */
export interface MapMarks {
  /** The pixels that make the colour models. */
  readonly seeds: Marks;
  /** Those whose label is fixed; null: none. */
  readonly clamps: Marks | null;
}

export async function marksOf(map: WorkMap, { quantiles, clamps }: SegmentSettings): Promise<MapMarks> {
  const limits = clamps ? [quantiles, clamps] : [quantiles];
  const shares = limits.flatMap(({ foreground, background }) => [foreground, background]);
  const values = await inSlices(quantilesOf(map, shares));
  if (!values) return { seeds: nowhere(map), clamps: clamps ? nowhere(map) : null };
  return {
    seeds: await inSlices(marksBeyond(map, values[0]!, values[1]!)),
    clamps: clamps ? await inSlices(marksBeyond(map, values[2]!, values[3]!)) : null,
  };
}

function nowhere({ values }: WorkMap): Marks {
  return { foreground: new Uint8Array(values.length), background: new Uint8Array(values.length) };
}
