import type { CheckedGrid } from '#lib/localise/grid.js';
import type { Random } from './random.js';

/** Random capacities from 0 to `most`, those that would leave the grid included; small ones make ties. */
export function randomGrid(random: Random, rows: number, cols: number, neighbours: 4 | 8, most: number): CheckedGrid {
  const some = () => Int32Array.from({ length: rows * cols }, () => random.integer(0, most));
  const [downRight, downLeft] = neighbours === 8 ? [some(), some()] : [null, null];
  return { rows, cols, source: some(), sink: some(), right: some(), down: some(), downRight, downLeft };
}

/**
 * As of a photograph: every pixel leans a little to one side, by large blots and much noise, and edges are strong but for
 * the border of an ellipse, so that excess has far to go.
 */
export function objectGrid(random: Random, rows: number, cols: number): CheckedGrid {
  const grid = randomGrid(random, rows, cols, 8, 900);
  for (let i = 0; i < rows * cols; i++) {
    const [row, col] = [Math.floor(i / cols), i % cols];
    const ellipse = (2 * (col / cols) - 1) ** 2 + 2 * (2 * (row / rows) - 1) ** 2;
    const blot = (Math.floor(row / 24) + 2 * Math.floor(col / 40)) % 3 ? 60 : -60;
    const lean = blot + (ellipse < 0.4 ? 40 : -60) + random.integer(-150, 150);
    [grid.source[i], grid.sink[i]] = lean > 0 ? [lean, 0] : [0, -lean];
    const border = ellipse > 0.36 && ellipse < 0.44;
    for (const edges of [grid.right, grid.down, grid.downRight!, grid.downLeft!])
      edges[i] = border ? edges[i]! % 300 : edges[i]! + 700;
  }
  return grid;
}

/** No capacities at all. */
export function emptyGrid(rows: number, cols: number): CheckedGrid {
  const none = () => new Int32Array(rows * cols);
  const diagonals = { downRight: null, downLeft: null };
  return { rows, cols, source: none(), sink: none(), right: none(), down: none(), ...diagonals };
}

/** A corridor of capacity 3 from the first pixel, which has 2 from the source, to the middle, which has 3 to the sink. */
export function spiral(rows: number, cols: number): CheckedGrid {
  const grid = emptyGrid(rows, cols);
  const seen = new Uint8Array(rows * cols);
  let [row, col, down, right, turns] = [0, 0, 0, 1, 0];
  seen[0] = 1;
  while (turns < 2) {
    const [nextRow, nextCol] = [row + down, col + right];
    const inside = nextRow >= 0 && nextRow < rows && nextCol >= 0 && nextCol < cols;
    if (!inside || seen[nextRow * cols + nextCol]) {
      [down, right] = [right, -down];
      turns++;
      continue;
    }
    turns = 0;
    const owner = Math.min(row, nextRow) * cols + Math.min(col, nextCol);
    (down === 0 ? grid.right : grid.down)[owner] = 3;
    [row, col] = [nextRow, nextCol];
    seen[row * cols + col] = 1;
  }
  grid.source[0] = 2;
  grid.sink[row * cols + col]! += 3;
  return grid;
}

/** What the edges from the foreground and the source to the background and the sink hold. */
export function costOf(grid: CheckedGrid, foreground: ArrayLike<number>): number {
  const { rows, cols } = grid;
  const kinds = [
    ...[
      { edges: grid.right, down: 0, right: 1 },
      { edges: grid.down, down: 1, right: 0 },
    ],
    ...[
      { edges: grid.downRight, down: 1, right: 1 },
      { edges: grid.downLeft, down: 1, right: -1 },
    ],
  ];
  let cost = 0;
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const i = row * cols + col;
      cost += foreground[i] ? grid.sink[i]! : grid.source[i]!;
      for (const { edges, down, right } of kinds) {
        const [otherRow, otherCol] = [row + down, col + right];
        if (!edges || otherRow >= rows || otherCol < 0 || otherCol >= cols) continue;
        if (foreground[i] !== foreground[otherRow * cols + otherCol]) cost += edges[i]!;
      }
    }
  }
  return cost;
}

/** Of a small grid: the least cost of all cuts, and every pixel that is foreground in one that costs so much. */
export function bestCut(grid: CheckedGrid): { flow: number; foreground: number[] } {
  const pixels = grid.rows * grid.cols;
  let best = { flow: Infinity, foreground: [] as number[] };
  for (let mask = 0; mask < 2 ** pixels; mask++) {
    const foreground = Array.from({ length: pixels }, (_, i) => (mask >> i) & 1);
    const flow = costOf(grid, foreground);
    if (flow < best.flow) best = { flow, foreground };
    else if (flow === best.flow) best.foreground = best.foreground.map((bit, i) => bit | foreground[i]!);
  }
  return best;
}
