import { DeepInsideError } from '../errors.js';
import { array, type FloatArray, type Image } from '../ndarray.js';
import type { Network } from '../net/network.js';
import { viewOf } from '../net/view.js';

type Preprocessing = NonNullable<Network['preprocessing']>;

/**
 * Between zero-centred pixels, dense [channels, rows, cols] in the network's order, and pictures, [rows, cols, channels]
 * in RGB: the picture's grey levels 0-255 less the mean image.
 */
export class Pixels {
  /** Of the mean image: a grey level for each channel, or for each pixel, [channels, rows, cols]. */
  readonly mean: Float64Array;
  readonly #preprocessing: Preprocessing;
  readonly #size: readonly [number, number];

  /** @throws  ERR_ARGUMENT where the network states no preprocessing: nothing tells what its input shows */
  constructor(where: string, net: Network) {
    if (!net.preprocessing) {
      const message = `${where}: net must have preprocessing, for its input to be a picture, got one without`;
      throw new DeepInsideError('ERR_ARGUMENT', `${message}; load it with preprocessing`);
    }
    this.#preprocessing = net.preprocessing;
    this.#size = [net.inputShape[1], net.inputShape[2]];
    const { mean, range } = net.preprocessing;
    this.mean = Float64Array.from('data' in mean ? mean.data : mean, (value) => value * (255 / range));
  }

  get channels(): number {
    return this.#preprocessing.std.length;
  }

  /** With the mean image added: [rows, cols, channels] of the network's input. */
  pixels(centred: Float32Array): FloatArray {
    const [rows, cols] = this.#size;
    const { channels, mean } = this;
    const perChannel = mean.length === channels;
    const to = new Float32Array(centred.length);
    for (let c = 0; c < channels; c++) {
      const place = this.#channelAt(c);
      for (let i = 0, from = c * rows * cols; i < rows * cols; i++, from++) {
        to[i * channels + place] = centred[from]! + mean[perChannel ? c : from]!;
      }
    }
    return array(to, [rows, cols, channels]);
  }

  /**
   * The picture that the network sees as these pixels, rounded and cut off at 0 and 255.
   *
   * Choice: where preprocessing crops, it has a rim of the mean image's colour, which is cut away again. A picture of the
   * input's own size would be enlarged first, and what a network likes best does not survive that.
   */
  picture({ data, shape }: FloatArray): Image {
    const [rows, cols, channels] = shape as [number, number, number];
    const [height, width] = this.#frame;
    const { crops } = viewOf({ where: 'picture', what: 'pixels' }, this.#preprocessing, this.#frame, null);
    const { top, left } = crops[0]!;
    const to = new Uint8ClampedArray(height * width * channels);
    const rim = Array.from({ length: channels }, (_, place) => this.#meanOfChannel(this.#channelAt(place)));
    for (let i = 0; i < to.length; i++) to[i] = rim[i % channels]!;
    for (let row = 0; row < rows; row++) {
      const line = data.subarray(row * cols * channels, (row + 1) * cols * channels);
      to.set(line, ((top + row) * width + left) * channels);
    }
    return array(new Uint8Array(to.buffer), [height, width, channels]);
  }

  /** [rows, cols] of the smallest image that preprocessing does not resize. */
  get #frame(): readonly [number, number] {
    const { resize } = this.#preprocessing;
    return 'shortSide' in resize ? [resize.shortSide, resize.shortSide] : [resize.rows, resize.cols];
  }

  /** The network's channel of a picture's, and the other way round. */
  #channelAt(place: number): number {
    return this.#preprocessing.channelOrder === 'BGR' ? 2 - place : place;
  }

  #meanOfChannel(channel: number): number {
    const area = this.mean.length / this.channels;
    const ofChannel = this.mean.subarray(channel * area, (channel + 1) * area);
    return ofChannel.reduce((sum, level) => sum + level, 0) / area;
  }
}
