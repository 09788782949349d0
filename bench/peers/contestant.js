/** The JavaScript side of bench/measure/contestant.js: as contestant.py, one request and one answer per line. */
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * Answers until stdin ends.
 *
 * `load(model, threads)` gives { description, prepare }; prepare(work, configuration, batch, classes, ascent), which is not
 * timed, gives the function that is: it resolves with the result as one Float32Array. `batch` is { data, shape },
 * with the bytes of the `image` where the work is 'tenCrops'.
 * `memory`, where there is one, tells what { memory: true } asks for.
 */
export async function play(load) {
  let loaded, sources;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    try {
      if (request.load) {
        sources = { inputs: request.inputs, pictures: request.pictures };
        loaded = await load(request.load, request.threads);
        answer(loaded.description);
      } else if (request.memory) {
        answer({ memory: loaded.memory() });
      } else {
        answer(await timed(loaded, sources, request));
      }
    } catch (error) {
      answer({ error: `${error.code ?? error.name}: ${error.message}` });
    }
  }
  await loaded?.dispose?.();
}

async function timed({ prepare }, sources, { work, configuration, inputs, classes, ascent, calls = 1, result }) {
  const batch = gathered(work === 'tenCrops' ? sources.pictures : sources.inputs, inputs);
  const call = await prepare(work, configuration, batch, classes, ascent);
  let data;
  const start = performance.now();
  for (let i = 0; i < calls; i++) data = await call();
  const ms = (performance.now() - start) / calls;
  writeFileSync(result, data);
  return { ms };
}

/**
 * The inputs or pictures of these indices, read when they are wanted, so that they do not count as this process's memory.
 * Pictures come as bytes [rows, cols, channels] too, which this library takes.
 */
function gathered({ floats, bytes, shape }, indices) {
  const size = shape.reduce((a, b) => a * b);
  const data = new Float32Array(indices.length * size);
  indices.forEach((index, i) => readPart(floats, data.subarray(i * size, (i + 1) * size), index));
  const image = bytes && readPart(bytes, new Uint8Array(size), indices[0]);
  return { data, shape: [indices.length, ...shape], image };
}

/** Fills an array with the part of a file that begins after `index` parts of the same length. */
function readPart(path, into, index) {
  const file = openSync(path);
  readSync(file, into, 0, into.byteLength, index * into.byteLength);
  closeSync(file);
  return into;
}

function answer(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
