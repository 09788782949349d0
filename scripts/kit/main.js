/*
 * What `run` of the offline kit does once Node is there:
 *   node scripts/kit/main.js RESULTS [--limit SECONDS] [--each SECONDS] [--only TEXT] [STEP...]
 * as `run` has checked them. Each step is a list of jobs (jobs.js). A job that ends leaves NAME.json and NAME.log in
 * RESULTS and is not run again, unless other modules are built by then or other GPUs are there; one that is stopped by
 * --limit or from outside leaves its log alone, one that takes longer than --each has failed. Last comes a table of all
 * jobs, and: N passed, N failed, N skipped.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { textTable } from '../../bench/report/table.js';
import { closingLine } from '../mocha.js';
import { describeHost } from './host.js';
import { Jobs } from './jobs.js';
import { isBuilt } from './modules.js';
import { benchTable, steps } from './steps.js';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
const options = {
  limit: { type: 'string', default: 'Infinity' },
  each: { type: 'string', default: '1800' },
  only: { type: 'string', default: '' },
};
const { values, positionals } = parseArgs({ allowPositionals: true, options });
const [folder, ...asked] = positionals;
const results = resolve(folder);

mkdirSync(results, { recursive: true });
const host = describeHost();
const jobs = new Jobs({
  folder: results,
  deadline: performance.now() + 1000 * Number(values.limit),
  each: Number(values.each),
  only: values.only,
  show: (text) => process.stdout.write(text),
  host,
});
writeFileSync(join(results, 'host.txt'), `${host.text}\n`);
const wanted = asked.length > 0 ? asked : Object.keys(steps);
for (const [name, step] of Object.entries(steps)) {
  const isWanted = wanted.includes(name);
  if (isWanted && name !== 'build' && !isBuilt()) jobs.skip(name, 'build first: bash run build');
  else await step(jobs, { wanted: isWanted, results, host });
}

const columns = ['job', 'passed', 'failed', 'skipped', 'seconds', 'said'];
const rows = jobs.all.map((job) => columns.map((column) => job[column] ?? '-'));
const table = `${host.text}\n\n${benchTable(results)}${textTable(columns, rows)}\n\n${closingLine(jobs.all)}`;
writeFileSync(join(results, 'table.txt'), `${table}\n`);
console.log(`\n${table}`);
const isRight = jobs.all.some(({ passed }) => passed > 0) && jobs.all.every(({ failed }) => failed === 0);
process.exitCode = isRight ? 0 : 1;
