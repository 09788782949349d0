/**
 * Turns YCbCr of a whole picture into RGB, in place (JFIF 1.02: R = Y + 1.402 (Cr - 128) and so on, rounded), after
 * smoothing chroma that was stored at half size: jpeg-js repeats such samples, libjpeg and therefore every other decoder
 * weighs the nearer of two with 3/4.
 *
 * @param data   [rows, cols, 3] levels of Y, Cb, Cr, chroma repeated to full size
 * @param ratio  how many rows and columns one chroma sample covers; only 1 and 2 are smoothed
 */
export function rgbFromYcc(data: Uint8Array, rows: number, cols: number, ratio: readonly [number, number]): void {
  const smooth = ratio.every((step) => step <= 2) && ratio.some((step) => step === 2);
  const chroma = smooth ? [1, 2].map((channel) => chromaPlane(data, rows, cols, ratio, channel)) : [];
  const blueRow = new Uint8Array(cols);
  const redRow = new Uint8Array(cols);
  for (let row = 0; row < rows; row++) {
    const line = data.subarray(row * cols * 3, (row + 1) * cols * 3);
    for (const [i, target] of [blueRow, redRow].entries()) {
      if (smooth) smoothRow(chroma[i]!, row, ratio, target);
      else for (let col = 0; col < cols; col++) target[col] = line[3 * col + 1 + i]!;
    }
    convertRow(line, blueRow, redRow);
  }
}

/** The chroma samples as they were stored. */
interface Plane {
  readonly rows: number;
  readonly cols: number;
  readonly data: Uint8Array;
  /** Weighted sum of two rows, scratch of `smoothRow`. */
  readonly sums: Int32Array;
}

function chromaPlane(
  data: Uint8Array,
  rows: number,
  cols: number,
  ratio: readonly [number, number],
  channel: number,
): Plane {
  const [down, across] = ratio;
  const plane = { rows: Math.ceil(rows / down), cols: Math.ceil(cols / across) };
  const samples = new Uint8Array(plane.rows * plane.cols);
  for (let row = 0, at = 0; row < plane.rows; row++) {
    let from = row * down * cols * 3 + channel;
    for (let col = 0; col < plane.cols; col++, from += 3 * across) samples[at++] = data[from]!;
  }
  return { ...plane, data: samples, sums: new Int32Array(plane.cols) };
}

/** One full-size row of chroma: 3/4 of the nearer sample and 1/4 of the farther, in each direction that was halved. */
function smoothRow(plane: Plane, row: number, [down, across]: readonly [number, number], target: Uint8Array): void {
  const { sums, data, cols } = plane;
  const near = down === 2 ? row >> 1 : row;
  const far = down === 1 ? near : Math.min(Math.max(near + (row % 2 === 0 ? -1 : 1), 0), plane.rows - 1);
  const nearWeight = down === 2 ? 3 : 1;
  const farWeight = down === 2 ? 1 : 0;
  for (let col = 0; col < cols; col++)
    sums[col] = nearWeight * data[near * cols + col]! + farWeight * data[far * cols + col]!;
  if (across === 1) {
    const half = row % 2 === 0 ? 1 : 2;
    for (let col = 0; col < cols; col++) target[col] = (sums[col]! + half) >> 2;
    return;
  }
  // the sums carry 2 bits of fraction, or 4; halves alternate between up and down
  const [bits, halfEven, halfOdd] = down === 2 ? ([4, 8, 7] as const) : ([2, 1, 2] as const);
  for (let col = 0; col < target.length; col++) {
    const middle = col >> 1;
    const isEven = col % 2 === 0;
    const side = isEven ? Math.max(middle - 1, 0) : Math.min(middle + 1, cols - 1);
    target[col] = (3 * sums[middle]! + sums[side]! + (isEven ? halfEven : halfOdd)) >> bits;
  }
}

const half = 1 << 15;
const redOfCr = chromaTable(1.402, half);
const blueOfCb = chromaTable(1.772, half);
/** Green's two parts are rounded once, together. */
const greenOfCr = chromaTable(-0.714136286, 0);
const greenOfCb = chromaTable(-0.344136286, half);

/** 16-bit fixed point of factor * (level - 128) + offset, for the 256 levels. */
function chromaTable(factor: number, offset: number): Int32Array {
  const fixed = Math.round(factor * 2 ** 16);
  return Int32Array.from({ length: 256 }, (_, level) => fixed * (level - 128) + offset);
}

function convertRow(line: Uint8Array, blueRow: Uint8Array, redRow: Uint8Array): void {
  for (let col = 0, at = 0; col < blueRow.length; col++, at += 3) {
    const y = line[at]!;
    const cb = blueRow[col]!;
    const cr = redRow[col]!;
    line[at] = clampByte(y + (redOfCr[cr]! >> 16));
    line[at + 1] = clampByte(y + ((greenOfCr[cr]! + greenOfCb[cb]!) >> 16));
    line[at + 2] = clampByte(y + (blueOfCb[cb]! >> 16));
  }
}

function clampByte(level: number): number {
  return level < 0 ? 0 : level > 255 ? 255 : level;
}
