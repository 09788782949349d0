/** Tables of colours for maps: dark to bright, or (diverging) blue through white to red. */
export type Colours = 'inferno' | 'viridis' | 'grey' | 'jet' | 'diverging';

/**
 * Tables have 255 colours: the middle of a diverging one, its white, is an entry, and a picture in the colours of one
 * table is a PNG with a palette, of a third of the size.
 */
export const lastColour = 254;

/** Evenly spaced stops, interpolated linearly in between. */
const stops: Record<Colours, string> = {
  // every fifth entry of matplotlib's tables (CC0); in between they differ from the originals by a level
  inferno:
    '000004 02020c 050417 0a0722 10092d 160b39 1e0c45 260c51 2f0a5b 380962 400a67 490b6a 510e6c 59106e ' +
    '61136e 69166e 71196e 781c6d 801f6c 88226a 902568 982766 a02a63 a82e5f b0315b b73557 bf3952 c63d4d ' +
    'cc4248 d34743 d94d3d df5337 e45a31 e9612b ed6925 f1711f f47918 f78212 f98b0b fa9407 fb9d07 fca60c ' +
    'fcb014 fbba1f fac42a f8cd37 f6d746 f4e156 f2ea69 f2f27d f5f992 fcffa4',
  viridis:
    '440154 46085c 471063 481769 481d6f 482475 472a7a 46307e 453781 433d84 414287 3f4889 3d4e8a 3a538b ' +
    '38598c 355e8d 33638d 31688e 2e6d8e 2c718e 2a768e 297b8e 27808e 25848e 23898e 218e8d 20928c 1f978b ' +
    '1e9c89 1fa188 21a585 24aa83 28ae80 2eb37c 35b779 3dbc74 46c06f 50c46a 5ac864 65cb5e 70cf57 7cd250 ' +
    '89d548 95d840 a2da37 b0dd2f bddf26 cae11f d8e219 e5e419 f1e51d fde725',
  grey: '000000 ffffff',
  // for comparison with older papers only: its brightness rises and falls
  jet: '000080 0000ff 0080ff 00ffff 80ff80 ffff00 ff8000 ff0000 800000',
  // made in CIELAB: L falls from 97 in equal steps to 22 on either side, with equal chroma, so that numbers of one
  // magnitude weigh the same whatever their sign; hues 262 to 282 and 36 to 28 degrees
  diverging:
    '0f3465 114a88 1162ab 1b7acc 3e93e5 6eacf2 9cc5f7 c9def8 f7f7f7 fad3cc f7b0a5 ed8f82 dc6f64 c2554e ' +
    'a1413d 802f2d 5f1f1f',
};

export const colourNames = Object.keys(stops) as Colours[];

const tables = new Map<Colours, Uint8Array>();

/** [255, 3] RGB levels. */
export function colourTable(colours: Colours): Uint8Array {
  const table = tables.get(colours) ?? interpolate(stops[colours].split(' '));
  tables.set(colours, table);
  return table;
}

function interpolate(hex: readonly string[]): Uint8Array {
  const table = new Uint8Array((lastColour + 1) * 3);
  for (let i = 0; i <= lastColour; i++) {
    const place = (i / lastColour) * (hex.length - 1);
    const before = Math.min(Math.floor(place), hex.length - 2);
    for (let channel = 0; channel < 3; channel++) {
      const [a, b] = [level(hex[before]!, channel), level(hex[before + 1]!, channel)];
      table[3 * i + channel] = Math.round(a + (b - a) * (place - before));
    }
  }
  return table;
}

function level(hex: string, channel: number): number {
  return Number.parseInt(hex.slice(2 * channel, 2 * channel + 2), 16);
}
