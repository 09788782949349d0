import { inBlocks, inSlices, type Steps } from '../steps.js';
import { componentsOf, largest } from './components.js';
import type { MapMarks } from './marks.js';
import { countOf, type Marks } from './seeds.js';
import type { WorkImage } from './work-grid.js';

/** A mask [rows, cols] in place of what a cut would give, and why. */
export interface Fallback {
  readonly mask: Uint8Array;
  readonly note: string;
}

/** So few pixels make no colour model. */
const tooFew = 5;

/** Where there is nothing to cut by; null where there is. */
export async function withoutCut(image: WorkImage, marks: MapMarks): Promise<Fallback | null> {
  const { foreground, background } = marks.seeds;
  const [above, below] = [await inSlices(countOf(foreground)), await inSlices(countOf(background))];
  const whole = { mask: new Uint8Array(foreground.length).fill(1) };
  if (above === 0 && below === 0) {
    return {
      ...whole,
      note: 'the network has seen nothing of the image, so no map points anywhere: the box is the whole image',
    };
  }
  if (above === 0 || below === 0) {
    return { ...whole, note: 'the map is the same everywhere, so it points nowhere: the box is the whole image' };
  }
  if (Math.min(above, below) < tooFew) {
    const counts = `${pixels(above)} above the quantile for the foreground and ${below} below that for the background`;
    return { ...whole, note: `${counts} are too few for colour models: the box is the whole image` };
  }
  if (!(await inSlices(haveOneColour(image, marks.seeds)))) return null;
  const note =
    'the image has one colour where the map is high and where it is low, which tells no object from its surroundings';
  return { mask: await highest(image, marks), note: `${note}: the box is that of the map's highest values` };
}

function pixels(count: number): string {
  return count === 1 ? '1 pixel' : `${count} pixels`;
}

/** Where a cut left no foreground. */
export async function withoutForeground(image: WorkImage, marks: MapMarks): Promise<Fallback> {
  const note =
    "no part of the foreground that was cut out holds a foreground seed: the box is that of the map's highest values";
  return { mask: await highest(image, marks), note };
}

/** The largest component of the foreground seeds, which are some. Those that are clamped may hang together nowhere. */
async function highest({ cols }: WorkImage, { seeds }: MapMarks): Promise<Uint8Array> {
  return (await inSlices(largest(await inSlices(componentsOf(seeds.foreground, cols)))))!;
}

function* haveOneColour({ colours }: WorkImage, seeds: Marks): Steps<boolean> {
  const first = 3 * seeds.foreground.indexOf(1);
  const colour = colours.subarray(first, first + 3);
  let equal = true;
  yield* inBlocks(seeds.foreground.length, 8, (begin, end) => {
    equal &&= areOfColour(colours, seeds, colour, begin, end);
  });
  return equal;
}

function areOfColour(
  colours: Uint8Array,
  { foreground, background }: Marks,
  colour: Uint8Array,
  begin: number,
  end: number,
): boolean {
  for (let i = begin, at = 3 * begin; i < end; i++, at += 3) {
    if (foreground[i] === 0 && background[i] === 0) continue;
    for (let c = 0; c < 3; c++) if (colours[at + c] !== colour[c]) return false;
  }
  return true;
}
