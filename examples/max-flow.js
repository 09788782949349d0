// The minimum cut of a grid of pixels: node examples/max-flow.js
import { maxFlow } from 'deep-inside';

// A noisy square: each pixel costs 10 where its label is not what it looks like, each border between labels 6.
const looks = ['........', '.#.##...', '..####..', '.###.#..', '..####.#', '..#####.', '........'];
const [rows, cols] = [looks.length, looks[0].length];
const pixels = [...looks.join('')];
const { flow, foreground } = await maxFlow({
  ...{ rows, cols },
  source: Int32Array.from(pixels, (pixel) => (pixel === '#' ? 10 : 0)),
  sink: Int32Array.from(pixels, (pixel) => (pixel === '#' ? 0 : 10)),
  right: new Int32Array(rows * cols).fill(6),
  down: new Int32Array(rows * cols).fill(6),
});

console.log(`the cut costs ${flow}`);
for (let row = 0; row < rows; row++) {
  const line = foreground.data.subarray(row * cols, (row + 1) * cols);
  console.log(`${looks[row]}   ${Array.from(line, (one) => (one ? '#' : '.')).join('')}`);
}
