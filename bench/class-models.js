/*
 * Class models per minute: Eq. 1 by plain steps of gradient ascent (bench/measure/ascent.js), this library through its
 * public API beside PyTorch, interleaved in one run. To repeat:
 *
 *   npm run build && node bench/class-models.js --python venv/bin/python --json class-models.json
 *   node bench/class-models.js --nets squeezenet1_1 --batches 4 --steps 20 --rounds 3
 *
 * One call makes `batch` models of as many classes, from the zero image to pixels in memory, with the plan of its pass and
 * what is told of the models at the end. Images per minute are told for models of 200 steps, from the median time of a
 * step. Pixels are compared after two steps, as maps are. The net squeezenet1_1 is the one in the box.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { count, counts, names, program } from './flags.js';
import { playModels } from './measure/ascent.js';
import { describeRun } from './measure/machine.js';
import { findPyTorch, ourselves, troubleWith } from './measure/peers.js';
import { drawer, prepareNet, startContestants, workFolder } from './measure/sessions.js';
import { textTable } from './report/table.js';

/** Of a model, in what is told. */
const stepsOfModel = 200;
const box = fileURLToPath(new URL('../models/squeezenet1_1.safetensors', import.meta.url));

const flags = program('class-models.js', 'Class models per minute of this library and of PyTorch.')
  .option('--nets <list>', 'squeezenet1_1, built-in architectures or files', names(), ['squeezenet1_1'])
  .option('--batches <list>', 'models that ascend together', counts, [1, 4, 10])
  .option('--steps <n>', 'of a timed call', count, 200)
  .option('--rounds <n>', 'of each row', count, 3)
  .option('--threads <n>', 'of each contestant', count, 2)
  .option('--python <file>', 'of PyTorch', process.env.DEEP_INSIDE_PYTHON ?? 'python3')
  .option('--seed <n>', 'of weights and classes', count, 1)
  .option('--json <file>', 'where the result is written')
  .parse()
  .opts();

async function playNet(name, folder, signal) {
  const { seed, threads, rounds, steps } = flags;
  const prepared = await prepareNet({ source: name === 'squeezenet1_1' ? box : name }, { seed, folder });
  const place = { device: 'cpu', precision: 'float32' };
  const peer = findPyTorch({ python: flags.python, compilers: 'none' }, place);
  const starts = [ourselves(['default'], folder.path('cache')), ...(peer.reason ? [] : [peer])];
  const { playing, absent } = await startContestants(starts, prepared, threads);
  for (const { name: missing, reason } of [...absent, ...(peer.reason ? [peer] : [])]) {
    console.error(`${missing} does not play: ${reason}`);
  }
  const rows = [];
  try {
    for (const n of flags.batches) {
      const one = { label: `batch ${n}`, n, batch: n, results: n };
      const until = { rounds, seconds: 0, deadline: Infinity };
      const options = { draw: drawer(prepared, seed), until, result: folder.path('result.f32'), signal };
      const entries = await playModels(playing, one, steps, options);
      if (signal.aborted) break;
      rows.push({ net: name, batch: n, steps, entries });
      console.log(
        lines([rows.at(-1)])
          .map((line) => line.join('  '))
          .join('\n'),
      );
    }
  } finally {
    for (const contestant of playing) contestant.stop();
  }
  return rows;
}

const header = ['net', 'batch', 'contestant', 'configuration', 'ms a step', 'models a minute', 'ours is faster by'];

function lines(rows) {
  return rows.flatMap(({ net, batch, steps, entries }) => {
    const ours = entries[0].times?.median;
    return entries.map(({ contestant, configuration, times, error }) => {
      const start = [net, String(batch), contestant, configuration];
      if (!times) return [...start, error ?? '-', '', ''];
      const step = times.median / steps;
      const perMinute = (60_000 * batch) / (step * stepsOfModel);
      return [...start, step.toFixed(2), perMinute.toFixed(1), `${(times.median / ours).toFixed(2)}x`];
    });
  });
}

async function main() {
  const trouble = troubleWith(flags.python);
  if (trouble) console.error(`--python ${flags.python} ${trouble}; PyTorch does not play`);
  const folder = workFolder();
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort());
  const result = { run: await describeRun('bench/class-models.js'), rows: [] };
  try {
    for (const net of flags.nets) {
      if (interruption.signal.aborted) break;
      result.rows.push(...(await playNet(net, folder, interruption.signal)));
      if (flags.json) writeFileSync(flags.json, `${JSON.stringify(result, null, 2)}\n`);
    }
  } finally {
    folder.remove();
  }
  console.log(`\n${textTable(header, lines(result.rows))}`);
  if (interruption.signal.aborted) process.exitCode = 130;
}

await main();
