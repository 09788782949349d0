import { crc32, deflateSync } from 'node:zlib';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Of the palette of a PNG. */
const mostColours = 256;

/**
 * The PNG file of RGB levels [rows, cols, 3] with a palette, 8 bits per pixel; null where there are more than 256 colours.
 * The palette has the colours in the order in which they come.
 */
export function packIndexed(levels: Uint8Array, rows: number, cols: number): Uint8Array | null {
  const indices = new Map<number, number>();
  // a line is the number of its filter, 0 for none, and its pixels: neighbours in a palette mean nothing
  const lines = new Uint8Array(rows * (cols + 1));
  let before = -1;
  let index = 0;
  for (let row = 0, from = 0; row < rows; row++) {
    for (let to = row * (cols + 1) + 1, end = to + cols; to < end; to++, from += 3) {
      const colour = (levels[from]! << 16) | (levels[from + 1]! << 8) | levels[from + 2]!;
      if (colour !== before) {
        index = indices.get(colour) ?? indices.size;
        if (index === mostColours) return null;
        indices.set(colour, index);
        before = colour;
      }
      lines[to] = index;
    }
  }
  const palette = Uint8Array.from(
    [...indices.keys()].flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]),
  );
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 3, 0, 0, 0]); // 8 bits, a palette, not interlaced
  header.writeUInt32BE(cols, 0);
  header.writeUInt32BE(rows, 4);
  const chunks = [
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ];
  return new Uint8Array(Buffer.concat([Uint8Array.from(signature), ...chunks]));
}

/** Length, type, content, and the checksum of type and content. */
function chunk(type: string, content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(content.length + 12);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(content, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}
