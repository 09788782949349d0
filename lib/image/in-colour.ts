import { array, type Image } from '../ndarray.js';
import { inBlocks, type Steps } from '../steps.js';
import { dense } from './image.js';

/** An image [rows, cols, 1 | 3] as one of red, green and blue, [rows, cols, 3]: itself if it is that. */
export function* inColour(img: Image): Steps<Image> {
  const given = dense(img);
  const [rows, cols, channels] = given.shape as [number, number, number];
  if (channels === 3) return given;
  const { data } = given;
  const colours = new Uint8Array(data.length * 3);
  yield* inBlocks(data.length, 4, (begin, end) => repeat(data, colours, begin, end));
  return array(colours, [rows, cols, 3]);
}

function repeat(grey: Uint8Array, colours: Uint8Array, begin: number, end: number): void {
  for (let i = begin; i < end; i++) colours[3 * i] = colours[3 * i + 1] = colours[3 * i + 2] = grey[i]!;
}
