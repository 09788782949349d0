import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { DeepInsideError, type ClassChoice, type ExplainOptions, type Network } from '../index.js';
import { classIndex } from '../net/class-names.js';
import { scores } from '../net/edit-graph.js';
import { valueNamed } from '../net/layer-names.js';
import type { Caller } from './caller.js';
import { expand, type Input } from './inputs.js';
import { note } from './messages.js';
import { indicesOf } from './network.js';
import { addFileOptions, choice, classes, count, folder, oneMore, wholeFrom, type FileFlags } from './options.js';
import { openProgress } from './progress.js';
import { makeOutputFolder } from './outputs.js';
import { withRecorder } from './recorder.js';
import { reportRecord, unfinishedPath } from './report-file.js';
import {
  defaultMethods,
  reportMethodNames,
  reportMethods,
  type ReportMethod,
  type ReportMethodName,
} from './report-methods.js';
import { listingOf, lookAtEach, type Found } from './report-overview.js';
import { askedOf, decisionOf, recordReport } from './report-record.js';
import { ReportRun, type ReportPlan } from './report-run.js';
import { settingFacts } from './report-settings.js';
import { layerToShow } from './report-unit.js';
import { visible } from './visible.js';

export interface ReportFlags extends FileFlags, Pick<ExplainOptions, 'score'> {
  readonly method?: readonly ReportMethodName[];
  readonly class?: readonly ClassChoice[];
  readonly top?: number;
  readonly layer?: string;
  readonly classModel?: readonly ClassChoice[];
  readonly seed?: number;
  readonly timings: boolean;
  readonly out: string;
  readonly resume?: boolean;
}

const examples = `
The page holds everything itself: it opens by a double click, needs no network and runs no script. It has every image with
its predictions, its maps alone and laid over it, and what the strongest unit of a layer saw; all settings, and how long
each map took. An image takes about 0.5 MB, and with the network in the box some seconds. Until it is done it lies in
report.unfinished.html, which can be looked at, too; --resume goes on from there after an interruption, and makes again
only what has changed. Files that are no images are told, and do not stop the others.

Beside the page lies a record, report.report.json, from which \`deep-inside reproduce\` makes it again: the same bytes with
--no-timings.

Methods, of which the first six are shown unless you choose: ${[...defaultMethods, ...reportMethodNames.filter((name) => !defaultMethods.includes(name))].join(', ')}.

Examples:
  deep-inside report photographs
  deep-inside report cat.jpg dog.jpg --method gradient --method occlusion --top 2 --out pets.html
  deep-inside report photographs --class-model goldfish --class-model zebra --resume`;

export function addReport(program: Command, caller: Caller): void {
  const command = program
    .command('report')
    .summary('a page of images with their predictions, maps and reconstructions')
    .description('A self-contained HTML page: images, predictions, maps, reconstructions, settings and timings.')
    .argument('<files...>', 'JPEG or PNG images, and folders of them')
    .option('--out <place>', 'the page, a file that ends in .html, or a folder for report.html', page, 'report.html')
    .option('--resume', 'use what an earlier run of the same command has done')
    .addOption(
      choice('--method <name>', 'a map to show; repeatable', reportMethodNames).argParser(oneMore(reportMethodNames)),
    )
    .option('--class <class>', 'to explain: index from 0, name or WNID; repeatable; default: the best class', classes)
    .addOption(new Option('--top <n>', 'explain the n best classes').argParser(count).conflicts('class'))
    .addOption(choice('--score <score>', 'what is explained', scores))
    .option('--layer <name>', 'whose strongest unit is shown; default: the last that sees at most half of the input')
    .option('--class-model <class>', 'show the model of a class, too, which takes seconds; repeatable', classes)
    .option('--seed <n>', 'of smooth-grad and class models; default 0', wholeFrom(0))
    .option('--no-timings', 'leave out the date and how long things took: the same command makes the same bytes');
  addFileOptions(command)
    .addHelpText('after', examples)
    .action((paths: string[], flags: ReportFlags) => makeReport(paths, flags, caller));
}

async function makeReport(paths: readonly string[], flags: ReportFlags, caller: Caller): Promise<void> {
  const { inputs, notes } = await expand(paths);
  for (const text of notes) note(text, flags);
  refuseInput(inputs, flags.out);
  await withRecorder({ command: 'report', flags }, async (net, recorder) => {
    const plan = planOf(net, flags);
    await makePlace(flags.out);
    const recipe = await recorder.recipe(reportRecord(flags.out), askedOf(plan, flags, inputs));
    const settings = settingFacts(net, plan, flags, recipe, recorder.environment);
    const decisive = decisionOf(recipe, recorder.environment, net);
    const progress = openProgress(2 * inputs.length + plan.models.length, flags);
    const run = new ReportRun({ net, plan, flags, caller, progress, settings, decisive });
    caller.finishOnInterrupt(flags);
    const found: Found[] = [];
    let bytes = null;
    try {
      for await (const one of lookAtEach(net, inputs, flags, caller.signal)) progress.advance(() => found.push(one));
      if (found.length === inputs.length) bytes = await run.write(listingOf(found));
    } finally {
      progress.stop();
    }
    if (bytes) await recordReport(recorder, listingOf(found), run.failures, plan, flags);
    tell(run, inputs.length, bytes, flags, caller);
  });
}

function refuseInput(inputs: readonly Input[], out: string): void {
  const taken = inputs.find(({ path }) => [out, unfinishedPath(out)].some((one) => resolve(one) === resolve(path)));
  if (taken === undefined) return;
  const message = `${taken.path}: an input is never overwritten, but the report would be; name another file with --out`;
  throw new DeepInsideError('ERR_ARGUMENT', message);
}

/** Makes the folder for the page, and refuses a folder in its place before there is anything to lose. */
async function makePlace(out: string): Promise<void> {
  await makeOutputFolder(dirname(out));
  const there = await stat(out).catch(() => null);
  if (!there?.isDirectory()) return;
  throw new DeepInsideError(
    'ERR_ARGUMENT',
    `--out: the page would be the file ${out}, which is a folder; name another`,
  );
}

/** What is asked for, checked before any file is read. */
function planOf(net: Network, { method = defaultMethods, class: chosen, top = 1, ...flags }: ReportFlags): ReportPlan {
  const { score, seed = 0, layer, classModel = [], timings } = flags;
  if (layer !== undefined) valueNamed('--layer', net.targetContext.graph, layer);
  return {
    methods: reportMethodNames.filter((name) => method.includes(name)).map((name): ReportMethod => reportMethods[name]),
    score,
    seed,
    classes: chosen ? indicesOf(net, chosen) : top,
    layer: layer ?? layerToShow(net),
    timings,
    models: [...new Set(classModel.map((one) => classIndex('--class-model', net.classes, one)))],
  };
}

/** What went wrong, and where the report lies. */
function tell(
  { failures, done }: ReportRun,
  count: number,
  bytes: number | null,
  flags: ReportFlags,
  caller: Caller,
): void {
  if (bytes === null) {
    const rest = done > 0 ? `; they lie in ${unfinishedPath(flags.out)}, and --resume goes on` : '';
    note(`stopped after ${done} of ${count} files${rest}`, flags);
  } else if (bytes > 0 && !flags.json) caller.print(visible(`-> ${flags.out}  ${(bytes / 1e6).toFixed(1)} MB`));
  if (failures.length === 0) return;
  for (const [path, reason] of failures) caller.complainOf(path, reason, flags);
  note(`${failures.length} of ${count} failed`, flags);
}

function page(text: string): string {
  return /[^/\\]\.html?$/i.test(text) ? text : join(folder(text), 'report.html');
}
