import { argumentError, finite, knownOptions, oneOf } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { array, ndarrayOf, type FloatArray, type Image } from '../ndarray.js';
import { dense } from './image.js';
import { quantile } from './quantile.js';

export interface SignedPictureOptions {
  /** In which order the channels come; default 'RGB'. It is `net.preprocessing.channelOrder` of what a network gives. */
  readonly channelOrder?: 'RGB' | 'BGR' | 'grey';
  /** The magnitude that becomes black or white: this percentile of those that are not 0; 0 to 100, default 99. */
  readonly percentile?: number;
}

/**
 * Draws numbers of either sign as a picture, such as a reconstruction or a gradient: level = 127.5 + 127.5 * x / limit,
 * rounded and cut off at 0 and 255, so that 0 is mid-grey. One limit for all channels keeps the colours' balance.
 *
 * Choice: the limit is a percentile of what is not 0, since outside of its receptive field a reconstruction is 0. Numbers
 * that are all 0 become flat grey.
 *
 * @param x        [channels, rows, cols] float32, all finite, of one channel or three
 * @param options  channelOrder, percentile
 * @returns        [rows, cols, 3]
 * @throws         ERR_SHAPE or ERR_DTYPE if `x` is none of these; ERR_ARGUMENT if it holds NaN or infinity
 */
export function signedPicture(x: FloatArray, options: SignedPictureOptions = {}): Image {
  const where = 'signedPicture';
  knownOptions(where, options, ['channelOrder', 'percentile']);
  const { channelOrder = 'RGB', percentile = 99 } = options;
  oneOf(where, 'channelOrder', channelOrder, ['RGB', 'BGR', 'grey']);
  finite(where, 'percentile', percentile, 0, 100);
  const given = planesOf(where, x);
  const [channels, rows, cols] = given.shape as [number, number, number];
  const { data } = dense(given);
  const limit = limitOf(where, data, percentile);
  const [area, scale] = [rows * cols, limit > 0 ? 127.5 / limit : 0];
  const levels = new Uint8Array(area * 3);
  for (let colour = 0; colour < 3; colour++) {
    const first = channels === 1 ? 0 : area * (channelOrder === 'BGR' ? 2 - colour : colour);
    for (let i = 0; i < area; i++) {
      const level = 128 + data[first + i]! * scale; // 127.5, and 0.5 to round
      levels[i * 3 + colour] = level < 0 ? 0 : level > 255 ? 255 : level;
    }
  }
  return array(levels, [rows, cols, 3]);
}

function planesOf(where: string, x: unknown): FloatArray {
  const given = ndarrayOf(where, 'x', 'a Float32 ndarray [1 | 3, rows, cols]', x);
  const { data, shape } = given;
  if (!(data instanceof Float32Array)) {
    const came = (data as object).constructor.name;
    throw new DeepInsideError('ERR_DTYPE', `${where}: x must hold float32 values, got ${came}`);
  }
  if (shape.length === 3 && (shape[0] === 1 || shape[0] === 3) && given.size > 0) return given as FloatArray;
  const message = `${where}: x must be [1 | 3, rows, cols], got [${shape.join(', ')}]`;
  throw new DeepInsideError('ERR_SHAPE', `${message}; draw a layer's channels one by one, with heatMap`);
}

/** The percentile of the magnitudes that are not 0; 0 if all are. */
function limitOf(where: string, data: Float32Array, percentile: number): number {
  const magnitudes = new Float32Array(data.length);
  let count = 0;
  for (const value of data) {
    if (!Number.isFinite(value)) throw argumentError(where, 'x', 'finite numbers', value);
    if (value !== 0) magnitudes[count++] = Math.abs(value);
  }
  return count === 0 ? 0 : quantile(magnitudes.subarray(0, count), percentile);
}
