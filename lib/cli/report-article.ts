import type { Article, Guess, MapFigure } from '../gallery/data.js';
import { classify, type Completeness, type Image, type Network, type Prediction, type SaliencyMap } from '../index.js';
import type { Score } from '../net/edit-graph.js';
import type { ReportMethod } from './report-methods.js';
import { drawingOn, photographOf } from './report-pictures.js';
import { unitOf } from './report-unit.js';
import type { Stopwatch } from './stopwatch.js';

/** Choice: so many classes are listed beside a picture. */
export const listed = 5;

/** What is made of every image. */
export interface ArticlePlan {
  readonly methods: readonly ReportMethod[];
  /** Of all methods. */
  readonly score: Score | undefined;
  readonly seed: number;
  /** Classes to explain, or how many of the best. */
  readonly classes: readonly number[] | number;
  /** Whose strongest unit is shown; null for none. */
  readonly layer: string | null;
  /** Whether to tell how long things took: without, the same plan makes the same bytes. */
  readonly timings: boolean;
}

/** Predictions, maps and reconstructions of an image. */
export async function articleOf(
  net: Network,
  img: Image,
  { methods, score, seed, classes, layer }: ArticlePlan,
  watch: Stopwatch,
): Promise<Pick<Article, 'size' | 'photograph' | 'guesses' | 'maps' | 'unit'>> {
  const [rows, cols] = img.shape as [number, number];
  const top = typeof classes === 'number' ? classes : 1;
  const { result: predictions } = await watch.time('Scores of all classes', 1, () =>
    classify(net, img, { top: Math.max(top, Math.min(listed, net.classes.length)) }),
  );
  const chosen = typeof classes === 'number' ? predictions.slice(0, top).map((one) => one.class) : classes;
  const draw = drawingOn(net, img);
  const figures: MapFigure[][] = chosen.map(() => []);
  let of: readonly Guess[] = [];
  for (const { title, explain, options, signed } of methods) {
    const own = options.includes('seed') ? { seed } : {};
    const { result, milliseconds } = await watch.time(title, chosen.length, () =>
      explain(net, img, chosen, { score, ...own }),
    );
    const maps: readonly ExplainedMap[] = [result].flat();
    of = maps.map((map) => map.predictions[0]!);
    const drawn = await Promise.all(maps.map((map) => draw(map, signed ? 'diverging' : 'inferno')));
    drawn.forEach((one, i) => figures[i]!.push({ title, ...one, milliseconds, note: noteOf(maps[i]!) }));
  }
  return {
    size: [rows, cols],
    photograph: await photographOf(img),
    guesses: predictions.map(guessOf),
    maps: of.map((guess, i) => ({ of: guess, figures: figures[i]! })),
    unit: layer === null ? null : await unitOf(net, img, layer, watch),
  };
}

type ExplainedMap = SaliencyMap & { readonly completeness?: readonly Completeness[] };

/** How far a map adds up, where that is known. */
function noteOf({ completeness }: ExplainedMap): string | null {
  const found = completeness?.[0];
  if (!found || found.difference === 0) return null;
  return `adds up to ${((100 * found.sum) / found.difference).toFixed(1)} % of the score's gain`;
}

export function guessOf({ class: index, name, score, posterior }: Prediction): Guess {
  return { class: index, name, score, posterior };
}
