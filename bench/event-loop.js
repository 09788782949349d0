/*
 * How long the calls of the public API keep the event loop waiting: for each call of one image the longest time
 * between two ticks of a timer of 1 ms (perf_hooks' monitorEventLoopDelay), from the call until its result is there.
 * What is measured is what a server beside it would feel: JavaScript, garbage collection, native code on JavaScript's
 * thread, and waiting for a processor. To repeat:
 *
 *   npm run build && node bench/event-loop.js --json waits.json
 *   node bench/event-loop.js --nets paper,vgg16 --processes 10 --calls 50 --threads 1
 *   node bench/event-loop.js --nets none      # only what needs no network, on a megapixel
 *
 * Every case runs in processes of its own, so that its first call is the first of the process, which V8 has compiled
 * nothing of. It plans, and where a weight is used for the first time packs it.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Option } from 'commander';
import { count, names, program } from './flags.js';
import { describeRun } from './measure/machine.js';
import { callNames, measureMegapixelWaits, measureWaits, megapixelCallNames } from './measure/waits.js';
import { openingRow, waitsHeader, waitsLine } from './report/waits.js';
import { textTable } from './report/table.js';

const airliner = fileURLToPath(new URL('../examples/images/airliner.jpg', import.meta.url));
const flags = program('event-loop.js', 'How long calls of the public API keep the event loop waiting.')
  .option('--nets <list>', 'built in, shipped, files, or none', names(), ['none', 'shipped', 'squeezenet1_0', 'paper'])
  .option('--processes <n>', 'for each call', count, 5)
  .option('--calls <n>', 'in each process', count, 10)
  .option('--threads <n>', 'default: the physical cores', count)
  .option('--image <file>', 'a photograph', airliner)
  .option('--json <file>', 'where the result is written')
  .addOption(new Option('--case <json>', 'what a process of one case is given').hideHelp())
  .parse()
  .opts();

/** What one process measures, by this program itself. */
function measureInProcess(net, call) {
  const given = [fileURLToPath(import.meta.url), ...process.argv.slice(2), '--case', JSON.stringify([net, call])];
  const { status, stdout, stderr } = spawnSync(process.execPath, given, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${net}, ${call}: ${stderr}`);
  return JSON.parse(stdout);
}

async function measureCase([net, call]) {
  const options = { count: flags.calls, image: flags.image, threads: flags.threads };
  const measured = net === 'none' ? measureMegapixelWaits(call, options) : measureWaits(net, call, options);
  console.log(JSON.stringify(await measured));
}

async function main() {
  const result = { run: await describeRun('bench/event-loop.js'), rows: [] };
  for (const net of flags.nets) {
    const openings = [];
    for (const call of net === 'none' ? megapixelCallNames : callNames) {
      const runs = Array.from({ length: flags.processes }, () => measureInProcess(net, call));
      openings.push(...runs.flatMap(({ opening }) => opening ?? []));
      result.rows.push({
        ...{ net: net === 'none' ? '-' : net, call },
        first: runs.map(({ calls }) => calls[0]),
        later: runs.flatMap(({ calls }) => calls.slice(1)),
      });
    }
    if (net !== 'none') result.rows.push(openingRow(net, openings));
  }
  const { date, machine, device, versions } = result.run;
  console.log(`${date.slice(0, 10)}, ${machine}, ${device}; ${versions}; milliseconds`);
  console.log(textTable(waitsHeader, result.rows.map(waitsLine)));
  if (flags.json) writeFileSync(flags.json, `${JSON.stringify(result, null, 2)}\n`);
}

if (flags.case) await measureCase(JSON.parse(flags.case));
else await main();
