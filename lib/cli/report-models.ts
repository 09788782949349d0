import { modelSection } from '../gallery/sections.js';
import type { ModelFigure } from '../gallery/data.js';
import { classModel, type Network } from '../index.js';
import type { ArticlePlan } from './report-article.js';
import { pictureOf } from './report-pictures.js';
import type { Section } from './report-file.js';
import { Stopwatch } from './stopwatch.js';

/** What one call makes: classes ascend together. */
const atOnce = 8;
const preset = 'robust';

/** Class models of these classes; `advance` is called for each. */
export async function modelsSection(
  net: Network,
  classes: readonly number[],
  { seed, timings }: Pick<ArticlePlan, 'seed' | 'timings'>,
  key: string,
  advance: () => void,
): Promise<Section> {
  const watch = new Stopwatch(timings);
  const figures: ModelFigure[] = [];
  for (let first = 0; first < classes.length; first += atOnce) {
    const part = classes.slice(first, first + atOnce);
    const { result, milliseconds } = await watch.time('Class model', part.length, () =>
      classModel(net, part, { preset, seed }),
    );
    for (const { name, class: index, image, posterior } of result) {
      figures.push({ name: name ?? `class ${index}`, picture: await pictureOf(image), posterior, milliseconds });
      advance();
    }
  }
  const how = `by gradient ascent with preset ${preset}`;
  return { key, text: modelSection({ how, figures }).text, times: watch.laps };
}
