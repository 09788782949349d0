/** Tables of colours for maps: dark to bright, or (diverging) blue through white to red. */
export type Colours = 'inferno' | 'viridis' | 'grey' | 'jet' | 'diverging';

/** One step more than a byte has, so that the middle of a diverging table is an entry: its white. */
export const lastColour = 256;

/** Evenly spaced stops, interpolated linearly in between. */
const stops: Record<Colours, string> = {
  // every 17th entry of matplotlib's tables (CC0); in between they differ from the originals by at most 7 levels
  inferno:
    '000004 0c0826 240c4f 420a68 5d126e 781c6d 932667 ae305c c73e4c dd513a ed6925 f8850f fca50a fac62d f2e661 fcffa4',
  viridis:
    '440154 481a6c 472f7d 414487 39568c 31688e 2a788e 23888e 1f988b 22a884 35b779 54c568 7ad151 a5db36 d2e21b fde725',
  grey: '000000 ffffff',
  // for comparison with older papers only: its brightness rises and falls
  jet: '000080 0000ff 0080ff 00ffff 80ff80 ffff00 ff8000 ff0000 800000',
  diverging: '0b2a6f 2a5fc0 6f9de6 bcd3f5 f7f7f7 f5c4bb e6806c c03a2a 6f0b14',
};

export const colourNames = Object.keys(stops) as Colours[];

const tables = new Map<Colours, Uint8Array>();

/** [257, 3] RGB levels. */
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
