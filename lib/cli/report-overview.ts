import type { Entry } from '../gallery/data.js';
import { classify, readImage, type Network, type Prediction } from '../index.js';
import { inOrder } from './each-file.js';
import { factsOf } from './file-facts.js';
import type { Input } from './inputs.js';
import { lineAbout } from './messages.js';
import type { FileFlags } from './options.js';
import { namesWithin } from './outputs.js';
import { guessOf, listed } from './report-article.js';
import { thumbnailOf } from './report-pictures.js';

/** A file as it is found on a first look. */
export interface Found {
  /** As it was given; the entry has its name within the folder that holds all files. */
  readonly path: string;
  readonly entry: Entry;
  /** [rows, cols]; null where the file cannot be shown, as is `sha256`. */
  readonly size: readonly [rows: number, cols: number] | null;
  /** Of the file. */
  readonly sha256: string | null;
  /** The best classes. */
  readonly predictions: readonly Prediction[];
  /** Why it cannot be shown. */
  readonly reason: unknown;
}

/** Looks at each file, in their order: what it shows, small, and its best class. */
export async function* lookAtEach(
  net: Network,
  inputs: readonly Input[],
  flags: FileFlags,
  signal: AbortSignal,
): AsyncGenerator<Found> {
  const names = namesWithin(inputs.map(({ path }) => path));
  const numbered = inputs.map((input, i) => ({ input, file: names[i]!, id: `image-${i + 1}` }));
  yield* inOrder(numbered, signal, async ({ input: { path, problem }, file, id }): Promise<Found> => {
    try {
      if (problem) throw problem;
      const img = await readImage(path, imageOptions(flags));
      const [predictions, thumbnail, { sha256 }] = await Promise.all([
        classify(net, img, { top: Math.min(listed, net.classes.length) }),
        thumbnailOf(img),
        factsOf(path),
      ]);
      const entry: Entry = { id, file, thumbnail, best: guessOf(predictions[0]!), problem: null };
      return { path, entry, size: [img.shape[0]!, img.shape[1]!], sha256, predictions, reason: undefined };
    } catch (reason) {
      const entry: Entry = { id, file, thumbnail: null, best: null, problem: lineAbout(path, reason) };
      return { path, entry, size: null, sha256: null, predictions: [], reason };
    }
  });
}

export function imageOptions({ orientation, maxPixels, decoder }: FileFlags) {
  return { orientation, maxPixels, decoder };
}
