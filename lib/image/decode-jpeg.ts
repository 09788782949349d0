import jpeg from 'jpeg-js';
import { array, type Image } from '../ndarray.js';
import { rgbFromYcc } from './jpeg-colour.js';
import type { JpegHeader } from './jpeg-header.js';

/**
 * Decodes by jpeg-js, with our own conversion from YCbCr; profiles are ignored.
 * Choice: a grey JPEG becomes RGB with equal channels, and CMYK becomes (255 - ink) * (255 - black) / 255.
 *
 * @param bytes  is changed, so hand over bytes that nobody else reads
 * @returns      [rows, cols, 3]
 */
export function decodeJpeg(bytes: Uint8Array, header: JpegHeader): Image {
  const { rows, cols, colour, adobeTransformAt } = header;
  // jpeg-js converts three components of its own accord where Adobe's marker says YCbCr, cutting fractions off
  if (colour === 'ycc' && adobeTransformAt !== null) bytes[adobeTransformAt] = 0;
  const { data } = jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    ...(colour === 'cmyk' ? {} : { colorTransform: false }),
    // the header was checked against the caller's limit
    maxResolutionInMP: Infinity,
    maxMemoryUsageInMB: Infinity,
  });
  if (colour === 'ycc') rgbFromYcc(data, rows, cols, chromaRatio(header));
  return array(data, [rows, cols, 3]);
}

/** Rows and columns per chroma sample; 4 stands for anything but 1 and 2. */
function chromaRatio({ components }: JpegHeader): [number, number] {
  const [y, cb, cr] = components as [
    JpegHeader['components'][0],
    JpegHeader['components'][0],
    JpegHeader['components'][0],
  ];
  const ratio: [number, number] = [y.v / cb.v, y.h / cb.h];
  const common = cb.h === cr.h && cb.v === cr.v && ratio.every((step) => step === 1 || step === 2);
  return common ? ratio : [4, 4];
}
