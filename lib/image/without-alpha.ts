import { array, type Image } from '../ndarray.js';
import { inBlocks, type Steps } from '../steps.js';
import { dense } from './image.js';

/** Choice: transparent pixels show white behind them, as in most viewers. Grey stays one channel, RGB three. */
export function* withoutAlpha(img: Image): Steps<Image> {
  const [rows, cols, depth] = img.shape as [number, number, number];
  if (depth !== 4) return img;
  const from = dense(img).data;
  const to = new Uint8Array(rows * cols * 3);
  yield* inBlocks(rows * cols, 12, (begin, end) => onWhite(from, to, begin, end));
  return array(to, [rows, cols, 3]);
}

function onWhite(from: Uint8Array, to: Uint8Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) {
    const alpha = from[i * 4 + 3]!;
    for (let c = 0; c < 3; c++) to[i * 3 + c] = Math.round((from[i * 4 + c]! * alpha + 255 * (255 - alpha)) / 255);
  }
}
