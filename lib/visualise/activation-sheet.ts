import { argumentError } from '../check.js';
import { DeepInsideError } from '../errors.js';
import { contactSheet, padded, resize, signedPicture } from '../image/index.js';
import { demandNetwork } from '../net/demand-network.js';
import type { Network } from '../net/network.js';
import type { Image } from '../ndarray.js';
import type { ChannelTop } from './top-activations.js';

/** Pixels: smaller patches are drawn larger, by whole factors. */
const leastSide = 96;
const grey = 128;

/**
 * The patches that the strongest units of a channel see, beside their reconstructions, strongest first, row by row, as in
 * Zeiler & Fergus (2014, Fig. 2). Patches that the rim of the image cuts off are padded with grey.
 *
 * @param net  the network that `top` was found with; it must have preprocessing, for its input to be a picture
 * @param top  of topActivations, with at least one unit
 * @returns    [rows, cols, 3]
 * @throws     ERR_ARGUMENT if there is no unit, or nothing to show
 */
export function activationSheet(net: Network, top: ChannelTop): Image {
  const where = 'activationSheet';
  demandNetwork(where, net);
  if (!Array.isArray((top as Partial<ChannelTop> | null)?.units)) {
    throw argumentError(where, 'top', 'what topActivations found of a channel', top);
  }
  const came = lackOf(net, top);
  if (came !== null)
    throw new DeepInsideError('ERR_ARGUMENT', `${where}: there must be units with patches to draw, got ${came}`);
  const { channelOrder } = net.preprocessing!;
  const { units } = top;
  const rows = Math.max(...units.map(({ field }) => field.rows));
  const cols = Math.max(...units.map(({ field }) => field.cols));
  const factor = Math.ceil(leastSide / Math.max(rows, cols));
  const tile = (picture: Image) => resize(padded(picture, [rows, cols], grey), [rows * factor, cols * factor]);
  const patches = contactSheet(units.map(({ patch }) => tile(patch!)));
  const pictures = contactSheet(
    units.map(({ reconstruction }) => tile(signedPicture(reconstruction, { channelOrder }))),
  );
  return contactSheet([patches, pictures], { cols: 2, gap: 10 });
}

/** What there is instead of something to draw, or null. */
function lackOf({ preprocessing }: Network, { channel, units }: ChannelTop): string | null {
  if (!preprocessing) return 'a network without preprocessing';
  if (units.length === 0) return `a channel ${channel} that no image excites`;
  return units.every(({ patch }) => patch) ? null : 'units that were found by a network without preprocessing';
}
