/** The JavaScript side of bench/measure/contestant.js: as contestant.py, one request and one answer per line. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * Answers until stdin ends.
 *
 * `load(model, threads)` gives { description, prepare }; prepare(work, configuration, batch, classes), which is not
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
        sources = { inputs: source(request.inputs), pictures: source(request.pictures) };
        loaded = await load(request.load, request.threads);
        answer(loaded.description);
      } else if (request.memory) {
        answer({ memory: loaded.memory() });
      } else {
        answer(await timed(loaded, sources, request));
      }
    } catch (error) {
      answer({ error: `${error.name}: ${error.message}` });
    }
  }
  await loaded?.dispose?.();
}

async function timed({ prepare }, sources, { work, configuration, inputs, classes, result }) {
  const source = work === 'tenCrops' ? sources.pictures : sources.inputs;
  const call = await prepare(work, configuration, gathered(source, inputs), classes);
  const start = performance.now();
  const data = await call();
  const ms = performance.now() - start;
  writeFileSync(result, data);
  return { ms };
}

/** Pictures come as bytes [rows, cols, channels] too, which this library takes. */
function source({ floats, bytes, shape }) {
  const file = readFileSync(floats);
  const data = new Float32Array(file.buffer, file.byteOffset, file.byteLength / 4);
  return { data, shape, bytes: bytes && readFileSync(bytes) };
}

function gathered({ data, shape, bytes }, inputs) {
  const size = shape.reduce((a, b) => a * b);
  const part = (all, index) => all.subarray(index * size, (index + 1) * size);
  const batch = new Float32Array(inputs.length * size);
  inputs.forEach((index, i) => batch.set(part(data, index), i * size));
  return { data: batch, shape: [inputs.length, ...shape], image: bytes && part(bytes, inputs[0]) };
}

function answer(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
