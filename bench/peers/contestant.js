/** The JavaScript side of bench/measure/contestant.js: as contestant.py, one request and one answer per line. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * Answers until stdin ends.
 *
 * `load(model, threads)` gives { description, prepare }; prepare(work, configuration, batch, classes), which is not
 * timed, gives the function that is: it resolves with the result as one Float32Array. `batch` is { data, shape }.
 * `memory`, where there is one, tells what { memory: true } asks for.
 */
export async function play(load) {
  let loaded, images;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    try {
      if (request.load) {
        images = readImages(request);
        loaded = await load(request.load, request.threads);
        answer(loaded.description);
      } else if (request.memory) {
        answer({ memory: loaded.memory() });
      } else {
        answer(await timed(loaded, images, request));
      }
    } catch (error) {
      answer({ error: `${error.name}: ${error.message}` });
    }
  }
  await loaded?.dispose?.();
}

async function timed({ prepare }, images, { work, configuration, inputs, classes, result }) {
  const call = await prepare(work, configuration, gathered(images, inputs), classes);
  const start = performance.now();
  const data = await call();
  const ms = performance.now() - start;
  writeFileSync(result, data);
  return { ms };
}

function readImages({ images, shape }) {
  const bytes = readFileSync(images);
  return { data: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4), shape };
}

function gathered({ data, shape }, inputs) {
  const size = shape.reduce((a, b) => a * b);
  const batch = new Float32Array(inputs.length * size);
  inputs.forEach((index, i) => batch.set(data.subarray(index * size, (index + 1) * size), i * size));
  return { data: batch, shape: [inputs.length, ...shape] };
}

function answer(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
