import type { Legends, Picture } from '../gallery/data.js';
import { colourTable, lastColour } from '../image/colours.js';
import { encodeJpeg, encodePng, fitted } from '../image/index.js';
import { repeated } from '../image/repeated.js';
import { heatMap, overlay, signedPicture, toImageFrame, type FloatArray, type Image, type Network } from '../index.js';
import { withoutAlpha } from '../image/without-alpha.js';
import { array } from '../ndarray.js';
import { atOnce } from '../steps.js';

/**
 * Choice: sides in pixels, the longer one, twice what the page shows on most screens, and the quality of JPEGs. Maps are
 * PNGs, whose colours are those of the legend.
 */
const sides = { photograph: 720, thumbnail: 280, map: 400, unit: 224 };
const quality = { photograph: 85, thumbnail: 75, overlay: 80, unit: 88 };

export interface DrawnMap {
  readonly heat: Picture;
  readonly overlay: Picture;
}

export async function photographOf(img: Image): Promise<Picture> {
  return jpegOf(atMost(img, sides.photograph), quality.photograph);
}

export async function thumbnailOf(img: Image): Promise<Picture> {
  return jpegOf(atMost(img, sides.thumbnail), quality.thumbnail);
}

/** As it is, such as a class model. */
export function pictureOf(img: Image): Promise<Picture> {
  return jpegOf(img, quality.unit);
}

/** Draws maps of one image, in the frame of the network's input, onto that image. */
export function drawingOn(
  net: Network,
  img: Image,
): (map: FloatArray, colours: 'diverging' | 'inferno') => Promise<DrawnMap> {
  const small = atMost(img, sides.map);
  return async (map, colours) => {
    const heat = heatMap(toImageFrame(net, map, small), { colours });
    const [alone, over] = await Promise.all([pngOf(heat), jpegOf(overlay(small, heat), quality.overlay)]);
    return { heat: alone, overlay: over };
  };
}

/** What a unit saw, enlarged by a whole factor: its pixels stay visible. */
export function patchPicture(patch: Image): Promise<Picture> {
  return jpegOf(enlarged(patch, sides.unit), quality.unit);
}

/** A reconstruction in the same size. */
export function reconstructionPicture(net: Network, reconstruction: FloatArray): Promise<Picture> {
  const { channelOrder } = net.preprocessing!;
  return patchPicture(signedPicture(reconstruction, { channelOrder }));
}

/** The colours of maps, from left to right. */
export async function legends(): Promise<Legends> {
  const strip = (colours: 'diverging' | 'inferno') => pngOf(array(colourTable(colours), [1, lastColour + 1, 3]));
  const [oneSided, diverging] = await Promise.all([strip('inferno'), strip('diverging')]);
  return { oneSided, diverging };
}

/** Smaller where a side is longer than `side`, never larger; with white behind what is transparent. */
function atMost(img: Image, side: number): Image {
  const small = Math.max(img.shape[0]!, img.shape[1]!) <= side ? img : fitted(img, [side, side]);
  return atOnce(withoutAlpha(small));
}

function enlarged(img: Image, side: number): Image {
  const [rows, cols] = img.shape as [number, number];
  const factor = Math.max(1, Math.floor(side / Math.max(rows, cols)));
  return repeated(img, factor);
}

async function pngOf(img: Image): Promise<Picture> {
  return inline(img, 'image/png', await encodePng(img));
}

async function jpegOf(img: Image, quality: number): Promise<Picture> {
  return inline(img, 'image/jpeg', await encodeJpeg(img, quality));
}

function inline({ shape }: Image, type: string, bytes: Uint8Array): Picture {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
  return { src: `data:${type};base64,${text}`, width: shape[1]!, height: shape[0]! };
}
