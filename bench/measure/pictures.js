import { makeImages } from './images.js';

/** Rows and columns of the pictures whose ten crops are taken: the shorter side is what preprocessing would resize to. */
const size = [256, 320];
const count = 8;

/**
 * Pictures for ten crops: bytes for this library, which normalises them itself, and what the net's preprocessing makes of
 * them for the peers, which thus have nothing to prepare.
 *
 * @returns  { bytes: uint8 [count, rows, cols, 3], floats: float32 [count, 3, rows, cols], shape: [3, rows, cols], scale:
 *           for each channel d float / d grey level, with which a gradient is one with respect to the picture }
 */
export function makePictures({ channelOrder, range, mean, std }, seed) {
  const shape = [3, ...size];
  const area = size[0] * size[1];
  const noise = makeImages(count, shape, seed);
  const bytes = new Uint8ClampedArray(noise.length);
  const floats = new Float32Array(noise.length);
  for (let plane = 0; plane < 3 * count; plane++) {
    const [picture, channel] = [Math.floor(plane / 3), plane % 3];
    const colour = channelOrder === 'BGR' ? 2 - channel : channel;
    for (let i = 0; i < area; i++) {
      const at = 3 * (picture * area + i) + colour;
      bytes[at] = 128 + noise[plane * area + i];
      floats[plane * area + i] = ((bytes[at] * range) / 255 - mean[channel]) / std[channel];
    }
  }
  return { bytes, floats, shape, scale: std.map((deviation) => range / 255 / deviation) };
}
