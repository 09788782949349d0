import { createHash } from 'node:crypto';
import type { Entry, Picture } from '../gallery/data.js';
import { classify, type Network, type Prediction } from '../index.js';
import { inOrder } from './each-file.js';
import type { Input } from './inputs.js';
import { lineAbout } from './messages.js';
import { imageOptions, type FileFlags } from './options.js';
import { namesWithin } from './outputs.js';
import { readInput, type SeenFile } from './read-input.js';
import { guessOf, listed } from './report-article.js';
import { thumbnailOf } from './report-pictures.js';

/** What a first look at an image gives. */
export interface Photograph {
  readonly size: readonly [rows: number, cols: number];
  readonly seen: SeenFile;
  readonly thumbnail: Picture;
  /** The best classes. */
  readonly predictions: readonly Prediction[];
}

/** A file as it is found on a first look. */
export interface Found {
  /** As it was given. */
  readonly path: string;
  /** Null where it cannot be shown. */
  readonly photograph: Photograph | null;
  /** Why it cannot be shown. */
  readonly reason: unknown;
}

/** The same with what the overview shows of it. */
export interface Listed extends Found {
  readonly entry: Entry;
}

/** Looks at each file, in their order: what it shows, small, and its best class. */
export async function* lookAtEach(
  net: Network,
  inputs: readonly Input[],
  flags: FileFlags,
  signal: AbortSignal,
): AsyncGenerator<Found> {
  yield* inOrder(inputs, signal, async ({ path, problem }): Promise<Found> => {
    try {
      if (problem) throw problem;
      const { img, seen } = await readInput(path, imageOptions(flags));
      const [predictions, thumbnail] = await Promise.all([
        classify(net, img, { top: Math.min(listed, net.classes.length) }),
        thumbnailOf(img),
      ]);
      const photograph = { size: [img.shape[0]!, img.shape[1]!] as const, seen, thumbnail, predictions };
      return { path, photograph, reason: undefined };
    } catch (reason) {
      return { path, photograph: null, reason };
    }
  });
}

/**
 * Names each image by its path within the folder that holds all images. What cannot be shown has no part in that: a
 * page of the same images has the same names.
 */
export function listingOf(all: readonly Found[]): Listed[] {
  const shown = all.filter(({ photograph }) => photograph !== null).map(({ path }) => path);
  const names = new Map(namesWithin(shown).map((name, i) => [shown[i]!, name]));
  return all.map((found) => {
    const { path, photograph, reason } = found;
    const file = names.get(path) ?? path;
    const problem = photograph === null ? lineAbout(path, reason) : null;
    const best = photograph && guessOf(photograph.predictions[0]!);
    return { ...found, entry: { id: idOf(file), file, thumbnail: photograph?.thumbnail ?? null, best, problem } };
  });
}

/** Of an image's article: another image before it does not change it. */
function idOf(file: string): string {
  return `image-${createHash('sha256').update(file).digest('hex').slice(0, 16)}`;
}
