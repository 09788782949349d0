import { argumentError } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { framed, seenOf, type FramedMap } from '../image/framed-map.js';
import { copy, image as imageOf, map as mapOf } from '../image/image.js';
import { framing } from '../image/framing.js';
import { atOnce } from '../steps.js';
import { demandNetwork } from '../net/demand-network.js';
import type { Network } from '../net/network.js';
import { viewOf } from '../net/view.js';
import type { FloatArray, Image } from '../ndarray.js';
import { mergeCrops } from './merge-crops.js';

/**
 * A map resampled onto the image that the network's input, or its ten crops, were made of; 0, and not `seen`, where the
 * network did not look.
 *
 * Choice: for the interpolation what was not seen has the value of the nearest pixel that was, so that the rim is not
 * darkened.
 *
 * @param net  the network; its preprocessing says where in the image its input lies
 * @param map  [rows, cols] float32 of the network's input, or of the rescaled image: what saliency gives unless told
 *             otherwise, with its `seen`
 * @param img  [rows, cols, 1 | 3 | 4] uint8
 * @returns    [rows, cols] of the image
 * @throws     ERR_SHAPE if the map has neither size; ERR_ARGUMENT without preprocessing
 */
export function toImageFrame(net: Network, map: FloatArray | FramedMap, img: Image): FramedMap {
  const where = 'toImageFrame';
  demandNetwork(where, net);
  const given = mapOf(where, 'map', map);
  const [rows, cols] = imageOf(where, 'img', img).shape as [number, number];
  if (!net.preprocessing) throw argumentError(where, 'net', 'a network with preprocessing', net);
  const view = viewOf({ where, what: 'img' }, net.preprocessing, [rows, cols], null);
  const { size, resized } = view;
  const values = copy(given);
  if (given.shape.join() === size.join())
    return atOnce(framing(mergeCrops([values.data], view, 'coverage'), view.image));
  if (given.shape.join() === resized.join())
    return atOnce(framing(framed(values, seenOf(where, 'map', map)), view.image));
  const message = `${where}: map must have the size of the network's input [${size.join(', ')}] or of the rescaled image`;
  throw new DeepInsideError('ERR_SHAPE', `${message} [${resized.join(', ')}], got [${given.shape.join(', ')}]`);
}
