import { argumentError, integer, knownOptions, shown } from '../check.js';
import { bitsOf, type GridCapacities } from '../device/index.js';
import { DeepInsideError } from '../errors.js';
import { elements, ndarrayOf, rowMajor, type NdArray } from '../ndarray.js';

/** Capacities of one kind, row by row, or as an ndarray [rows, cols]; integers from 0 to 2^27 - 1. */
export type Capacities = Int32Array | NdArray<Int32Array>;

/**
 * A graph whose nodes are rows * cols pixels, a source and a sink. Each pixel is joined with the source, the sink and its
 * neighbours: four, or eight where `downRight` and `downLeft` are given. Edges between neighbours are undirected and belong to
 * the pixel that names them; entries that would leave the grid, such as those of `right` in the last column, are ignored.
 */
export interface Grid {
  readonly rows: number;
  readonly cols: number;
  /** From the source to each pixel. */
  readonly source: Capacities;
  /** From each pixel to the sink. */
  readonly sink: Capacities;
  readonly right: Capacities;
  readonly down: Capacities;
  readonly downRight?: Capacities | null | undefined;
  readonly downLeft?: Capacities | null | undefined;
}

/** A grid that was looked at: every array has rows * cols numbers, row by row. */
export interface CheckedGrid extends GridCapacities {
  readonly rows: number;
  readonly cols: number;
}

export const mostCapacity = 2 ** 27 - 1;
/** What a device numbers in 32 bits. */
const mostPixels = 2 ** 31 - 1;

/** Where the neighbour of each kind of edge lies, in rows and columns. */
const steps: Readonly<Record<Kind, readonly [down: number, right: number]>> = {
  ...{ source: [0, 0], sink: [0, 0] },
  ...{ right: [0, 1], down: [1, 0], downRight: [1, 1], downLeft: [1, -1] },
};
type Kind = Exclude<keyof Grid, 'rows' | 'cols'>;
const names = ['rows', 'cols', ...Object.keys(steps)];

/** The grid, if every capacity that counts is one. */
export function checkedGrid(where: string, grid: Grid): CheckedGrid {
  const given: unknown = grid;
  // With one of the two it is a grid, and what is misspelt has a nearest name.
  if (typeof given !== 'object' || given === null || !('source' in given || 'sink' in given)) {
    const isKept = typeof given === 'object' && given !== null && 'grid' in given;
    const remedy = isKept ? 'give the .grid of the segmentation, which keepGrid: true keeps' : '';
    throw argumentError(where, 'grid', `an object with ${list}`, given, remedy);
  }
  // A misspelt diagonal would else be a grid of 4 neighbours.
  knownOptions(`${where}: grid`, grid, names);
  const rows = integer(where, 'grid.rows', grid.rows, 1, mostPixels);
  const cols = integer(where, 'grid.cols', grid.cols, 1, Math.floor(mostPixels / rows));
  if (((grid.downRight ?? null) === null) !== ((grid.downLeft ?? null) === null)) {
    const expected = 'given with grid.downLeft, or both left out for 4 neighbours';
    throw argumentError(where, 'grid.downRight', expected, grid.downRight);
  }
  const of = (kind: Kind) => capacitiesOf(where, kind, grid[kind], rows, cols);
  const diagonal = (kind: Kind) => ((grid[kind] ?? null) === null ? null : of(kind));
  return {
    ...{ rows, cols, source: of('source'), sink: of('sink'), right: of('right'), down: of('down') },
    ...{ downRight: diagonal('downRight'), downLeft: diagonal('downLeft') },
  };
}

const list = names.slice(0, 6).join(', ');

function capacitiesOf(where: string, kind: Kind, value: unknown, rows: number, cols: number): Int32Array {
  const numbers = numbersOf(where, `grid.${kind}`, value, rows, cols);
  // Negative numbers have their highest bit set.
  if ((bitsOf(numbers) & ~mostCapacity) !== 0) refuseWrong(where, kind, numbers, rows, cols);
  return numbers;
}

function numbersOf(where: string, what: string, value: unknown, rows: number, cols: number): Int32Array {
  const expected = `an Int32Array of ${rows * cols} capacities, or an ndarray of them of shape [${rows}, ${cols}]`;
  if (value instanceof Int32Array) {
    if (value.length === rows * cols) return value;
    throw new DeepInsideError('ERR_SHAPE', `${where}: ${what} must be ${expected}, got one of ${value.length}`);
  }
  const given = ndarrayOf(where, what, expected, value);
  const { data, shape } = given;
  if (!((data as unknown) instanceof Int32Array)) {
    throw new DeepInsideError('ERR_DTYPE', `${where}: ${what} must be ${expected}, got one of ${shown(data)}`);
  }
  if (shape.length !== 2 || shape[0] !== rows || shape[1] !== cols || elements(shape) !== rows * cols) {
    throw new DeepInsideError('ERR_SHAPE', `${where}: ${what} must be ${expected}, got shape [${shape.join(', ')}]`);
  }
  return rowMajor(given as NdArray<Int32Array>);
}

/** Names the first capacity out of range, if there is one that counts. */
function refuseWrong(where: string, kind: Kind, numbers: Int32Array, rows: number, cols: number): void {
  const [down, right] = steps[kind];
  const counts = (row: number, col: number) => row + down < rows && col + right < cols && col + right >= 0;
  for (const [i, number] of numbers.entries()) {
    const [row, col] = [Math.floor(i / cols), i % cols];
    if (!counts(row, col) || (number >= 0 && number <= mostCapacity)) continue;
    const what = `grid.${kind} at row ${row}, column ${col}`;
    const remedy = number > 0 ? 'scale all capacities down' : 'an edge without capacity has 0';
    throw argumentError(where, what, 'an integer from 0 to 2^27 - 1', number, remedy);
  }
}
