import { modelHeading, modelPictures } from '../gallery/sections.js';
import type { ModelFigure } from '../gallery/data.js';
import { classModel, type Network } from '../index.js';
import { atOnce } from './ascent-flags.js';
import type { ArticlePlan } from './report-article.js';
import { pictureOf } from './report-pictures.js';
import { keyOf, type Section } from './report-sections.js';
import { Stopwatch } from './stopwatch.js';

const preset = 'robust';

/** What is said before class models. */
export function modelsHeading(): Section {
  const { text } = modelHeading(`by gradient ascent with preset ${preset}`);
  return { key: keyOf(text), text, times: [] };
}

/** Classes that ascend together. */
export function partsOf(classes: readonly number[]): (readonly number[])[] {
  const parts = Array.from({ length: Math.ceil(classes.length / atOnce) }, (_, i) => i * atOnce);
  return parts.map((first) => classes.slice(first, first + atOnce));
}

/** Models of the classes of a part. */
export async function modelsSection(
  net: Network,
  part: readonly number[],
  { seed, timings }: Pick<ArticlePlan, 'seed' | 'timings'>,
  key: string,
  signal: AbortSignal,
): Promise<Section> {
  const watch = new Stopwatch(timings);
  const { result, milliseconds } = await watch.time('Class model', part.length, () =>
    classModel(net, part, { preset, seed, signal }),
  );
  const figures: ModelFigure[] = [];
  for (const { name, class: index, image, posterior } of result)
    figures.push({ name: name ?? `class ${index}`, picture: await pictureOf(image), posterior, milliseconds });
  return { key, text: modelPictures(figures).text, times: watch.laps };
}
