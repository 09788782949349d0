import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { maxFlow, readImage, saliency, segment } from 'deep-inside';
import { resize } from '#lib/image/index.js';
import { Contestant } from './contestant.js';
import { compiled } from './machine.js';

/** Which pixels' labels are fixed: none, those of the preset, or all that make the colour models. */
export const seedKinds = {
  soft: { clamps: false },
  preset: {},
  hard: { clamps: { foreground: 0.95, background: 0.3 } },
};

const own = fileURLToPath(new URL('../../examples/images/', import.meta.url));
/** Where Debian and Ubuntu, and an installation by hand, have OpenCV's headers. */
const headers = ['/usr/include/opencv4', '/usr/local/include/opencv4'];

/**
 * Photographs [rows, cols, 3] to cut: those of a folder, or else the examples', each whole and its middle half.
 *
 * @returns  [{ name, at(rows, cols) }]
 */
export async function photographs(folder, most) {
  const names = readdirSync(folder ?? own).filter((name) => /\.(jpe?g|png)$/i.test(name));
  const files = names.map((name) => join(folder ?? own, name)).filter((path) => statSync(path).isFile());
  const wanted = files.slice(0, folder ? most : Math.ceil(most / 2));
  const images = await Promise.all(
    wanted.map(async (path) => ({ name: path, image: coloured(await readImage(path)) })),
  );
  const all = images.flatMap(({ name, image }) =>
    folder
      ? [{ name, image }]
      : [
          { name, image },
          { name: `${name}, its middle`, image: middle(image) },
        ],
  );
  return all.map(({ name, image }) => ({ name, at: (rows, cols) => resize(image, [rows, cols], 'bicubic') }));
}

/** Without transparency. */
function coloured(image) {
  return image.shape[2] === 4 ? image.hi(image.shape[0], image.shape[1], 3) : image;
}

function middle(image) {
  const [rows, cols, channels] = image.shape;
  return image.lo(rows >> 2, cols >> 2, 0).hi(rows >> 1, cols >> 1, channels);
}

/** The grid that `segment` cuts for the best class of an image, at the image's own size. */
export async function gridOf(net, image, preset, seeds) {
  const map = await saliency(net, image, undefined, { frame: 'image' });
  const options = { preset, ...seedKinds[seeds], workSize: 'full', iterations: 1, keepGrid: true };
  const { grid, note } = await segment(map, image, options);
  if (!grid) throw new Error(`nothing is cut: ${note}`);
  return grid;
}

/** Writes a grid for gcgraph.cc. */
export function writeGrid(path, { rows, cols, downRight, downLeft, ...grid }) {
  const head = Int32Array.of(rows, cols, downRight ? 8 : 4);
  const arrays = [head, grid.source, grid.sink, grid.right, grid.down, ...(downRight ? [downRight, downLeft] : [])];
  writeFileSync(
    path,
    Buffer.concat(arrays.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength))),
  );
}

/** OpenCV's GCGraph as a process that is asked for { grid: file }: a Contestant, or { reason } why there is none. */
export function openCv() {
  const program = compiled(
    'bench/peers/gcgraph.cc',
    headers.map((folder) => `-I${folder}`),
  );
  if (!program.reason) return new Contestant({ name: 'OpenCV GCGraph', command: program.path, args: [] });
  const missing = /opencv2\S+: No such file/.test(program.reason);
  return {
    reason: missing
      ? "OpenCV's headers are not found; install libopencv-imgproc-dev"
      : program.reason.split('\n', 1)[0],
  };
}

/** One cut by this library, from arrays in memory to the mask in memory. */
export async function ourCut(grid, device) {
  const { rows, cols, source, sink, right, down, downRight, downLeft } = grid;
  const diagonals = downRight ? { downRight, downLeft } : {};
  const start = performance.now();
  const { flow } = await maxFlow({ rows, cols, source, sink, right, down, ...diagonals }, { device });
  return { ms: performance.now() - start, flow };
}
