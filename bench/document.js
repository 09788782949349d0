/*
 * Writes what the measurements found into docs/performance.md, between the marks that stand there, and the plots beside
 * it, so that no number is typed. To repeat:
 *
 *   node bench/compare.js ... --json compare.json && node bench/growth.js --json growth.json
 *   node bench/profile.js --net paper --json paper.json && node bench/profile.js --net squeezenet1_0 --json squeezenet.json
 *   node bench/document.js --compare compare.json --growth growth.json --profile paper.json --profile squeezenet.json
 *   node bench/event-loop.js --json waits.json && node bench/document.js --waits waits.json
 *
 * Each file may be left out; its section then stays as it is. A comparison may come in several files (nets measured one
 * after the other); of rows that two files hold, the later file's count.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { collected, program } from './flags.js';
import { together } from './report/comparisons.js';
import { comparisonPlot } from './report/comparison-plot.js';
import { growthPlot } from './report/growth-plot.js';
import { comparisonSections, growthSections, profileSections, waitSections, withSection } from './report/document.js';

const command = program('document.js', 'Writes what the measurements found into docs/performance.md.')
  .option('--compare <file>', 'of compare.js --json; repeatable', collected, [])
  .option('--growth <file>', 'of growth.js --json')
  .option('--profile <file>', 'of profile.js --json; repeatable', collected, [])
  .option('--waits <file>', 'of event-loop.js --json; repeatable', collected, [])
  .parse();
const flags = command.opts();

const page = new URL('../docs/performance.md', import.meta.url);

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch ({ message }) {
    command.error(`${file} must be what a --json wrote, and it cannot be read: ${message}`);
  }
}

function writePlot(name, text) {
  writeFileSync(new URL(`../docs/images/${name}`, import.meta.url), text);
}

async function main() {
  const sections = {};
  if (flags.compare.length > 0) {
    const comparison = together(flags.compare.map(read));
    Object.assign(sections, comparisonSections(comparison));
    sections.comparison += `\n\n![speed relative to the fastest peer of each row](images/comparison.svg)`;
    writePlot('comparison.svg', comparisonPlot(comparison.rows, `Maps per second, ${comparison.run.machine}`));
  }
  if (flags.growth) {
    const growth = read(flags.growth);
    Object.assign(sections, growthSections(growth));
    sections.growth += `\n\n![milliseconds a map against batch, size and classes](images/growth.svg)`;
    writePlot('growth.svg', growthPlot(growth.points, `Cost of a map, ${growth.run.machine}`));
  }
  if (flags.profile.length > 0) Object.assign(sections, profileSections(flags.profile.map(read)));
  if (flags.waits.length > 0) Object.assign(sections, waitSections(flags.waits.map(read)));
  let text = readFileSync(page, 'utf8');
  for (const [name, section] of Object.entries(sections)) text = withSection(text, name, section);
  writeFileSync(page, await format(text, { ...(await resolveConfig(page)), parser: 'markdown' }));
}

await main();
