import { integer, knownOptions } from '../check.js';
import type { ClassArgument } from '../net/class-names.js';
import type { ImageOf, ImageSource, ResultOf } from '../net/each-image.js';
import type { Network } from '../net/network.js';
import { elements, zerosOf } from '../ndarray.js';
import { emptyMaps, explainEach, explainOptions, type Asked, type ExplainOptions, type Found } from './explain-each.js';
import { scoredAt } from './points.js';
import type { BestClass, MapsOf } from './saliency.js';
import type { SaliencyMap } from './saliency-map.js';

export interface OcclusionOptions extends ExplainOptions {
  /** Side of the square that is covered, in pixels of the net's input; default a seventh of its shorter side. */
  readonly window?: number;
  /** From one square to the next, at most `window`; default half of it. */
  readonly stride?: number;
}

/** A covered square, in pixels of the net's input; it ends before `bottom` and `right`. */
interface Square {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/**
 * How much a class score falls when a square of the image is covered (Zeiler & Fergus 2014, Sect. 4.2):
 * M[i][j] = mean over the squares W that cover the pixel of S(I) - S(I with the mean image in W). Signed: negative where
 * the score rises. In units of the score.
 *
 * Choice: squares are laid from the upper left corner on; the last of each row and column ends at the rim, so that every
 * pixel is covered and none is covered by a smaller square.
 * Choice: they are filled with the mean image, of which the zero-centred input is 0: what the network takes for nothing.
 *
 * @param net      the network
 * @param img      as for `saliency`: an image, an input, a batch, an array of these or an async iterable
 * @param cls      as for `saliency`: a class, several, or a function of the image's index; default the best
 * @param options  window, stride, frame, score; of any call: onProgress, signal
 * @returns        [rows, cols] float32 with `seen` and `predictions`, or several of them, as of `saliency`. It costs a
 *                 forward pass for each square, however many classes there are
 * @throws         as `saliency`
 */
export function occlusion<Source extends ImageSource, Cls extends ClassArgument = BestClass>(
  net: Network,
  img: Source,
  cls?: Cls,
  options: OcclusionOptions = {},
): ResultOf<Source, MapsOf<Cls, ImageOf<Source>>> {
  return explainEach<Source, Cls, SaliencyMap>('occlusion', net, img, cls, options, () => {
    const squares = squaresOf('occlusion', net, options);
    return (asked) => drops(asked, squares);
  });
}

/** Whole settings, checked, in pixels of the net's input. */
export function occlusionSettings(where: string, net: Network, options: OcclusionOptions) {
  knownOptions(where, options, ['window', 'stride', ...explainOptions]);
  const shorter = Math.min(...net.inputShape.slice(1));
  const { window = Math.max(1, Math.round(shorter / 7)) } = options;
  integer(where, 'window', window, 1, shorter);
  const { stride = Math.max(1, Math.floor(window / 2)) } = options;
  return { window, stride: integer(where, 'stride', stride, 1, window) };
}

function squaresOf(where: string, net: Network, options: OcclusionOptions): Square[] {
  const { window, stride } = occlusionSettings(where, net, options);
  const [, rows, cols] = net.inputShape;
  const places = (side: number) => {
    const last = side - window;
    return Array.from({ length: Math.ceil(last / stride) + 1 }, (_, i) => Math.min(i * stride, last));
  };
  return places(rows).flatMap((top) =>
    places(cols).map((left) => ({ top, left, bottom: top + window, right: left + window })),
  );
}

async function drops(asked: Asked, squares: readonly Square[]): Promise<Found> {
  const { where, net, n, inputs, classes, score, scored, signal, nameOf } = asked;
  const [k, size, [, ...mapSize]] = [classes[0]!.length, elements(net.inputShape), net.inputShape];
  const area = elements(mapSize);
  const maps = emptyMaps(asked);
  const sums = zerosOf(where, Float64Array, maps.length);
  const points = {
    count: n * squares.length,
    write(index: number, to: Float32Array) {
      const first = Math.floor(index / squares.length) * size;
      to.set(inputs.subarray(first, first + size));
      cover(to, squares[index % squares.length]!, mapSize);
    },
    nameOf(index: number) {
      const { top, left } = squares[index % squares.length]!;
      return `${nameOf(Math.floor(index / squares.length))}, covered from [${top}, ${left}] on`;
    },
  };
  await scoredAt(where, net, points, { score, signal }, (index, covered) => {
    const [i, square] = [Math.floor(index / squares.length), squares[index % squares.length]!];
    for (const [j, cls] of classes[i]!.entries()) {
      const drop = scored[i * net.classes.length + cls]! - covered[cls]!;
      const map = sums.subarray((i * k + j) * area, (i * k + j + 1) * area);
      inSquare(square, mapSize, (at) => (map[at]! += drop));
    }
  });
  const covering = new Int32Array(area);
  for (const square of squares) inSquare(square, mapSize, (at) => covering[at]!++);
  for (let at = 0; at < maps.length; at++) maps[at] = sums[at]! / covering[at % area]!;
  return { maps };
}

/** Zeros in the square, in every channel of a dense [channels, rows, cols]. */
function cover(input: Float32Array, square: Square, size: readonly [rows: number, cols: number]): void {
  const area = elements(size);
  for (let first = 0; first < input.length; first += area) inSquare(square, size, (at) => (input[first + at] = 0));
}

function inSquare(
  { top, left, bottom, right }: Square,
  [, cols]: readonly [rows: number, cols: number],
  visit: (at: number) => void,
): void {
  for (let row = top; row < bottom; row++) for (let col = left; col < right; col++) visit(row * cols + col);
}
