import type { Command } from 'commander';
import {
  classModel,
  type AscentTarget,
  type ClassChoice,
  type ClassModel,
  type ClassModelOptions,
  type Network,
} from '../index.js';
import { filesOf, isThere, writeModel, type ModelFiles } from './class-model-files.js';
import { note } from './messages.js';
import { indicesOf } from './network.js';
import { addModelOption, choice, classes, count, folder, numberFrom, wholeFrom, type FileFlags } from './options.js';
import { makeOutputFolder } from './outputs.js';
import { openProgress } from './progress.js';
import { withRecorder, type Recorder } from './recorder.js';
import { indented } from './table.js';
import { ascentSettings } from '../visualise/class-model-options.js';
import type { Caller } from './caller.js';
import { visible } from './visible.js';

interface ClassModelFlags extends FileFlags, Omit<ClassModelOptions, 'seed'> {
  readonly class?: readonly ClassChoice[];
  readonly layer?: string;
  readonly channel?: number;
  readonly row?: number;
  readonly col?: number;
  readonly seed?: readonly number[];
  readonly out: string;
  readonly resume?: boolean;
}

/** What one call makes: classes ascend together, and what is done is written before the next begin. */
const atOnce = 8;

/** A target with its label in names of files. */
interface Wanted {
  readonly target: number | AscentTarget;
  readonly label: string;
}

const examples = `
For class 1 it writes class-1.png (the picture), class-1.npy (its unclipped pixels, for NumPy) and class-1.json (scores,
norm, stationarity and the history of the ascent); with several seeds class-1.seed-2.png and so on.

Examples:
  deep-inside class-model --class goldfish
  deep-inside class-model --class goldfish --class zebra --preset robust --out models
  deep-inside class-model --layer fire9/concat --channel 17 --preset robust
  deep-inside class-model --class 151 --lambda 1e-6 --steps 800 --snapshots 100`;

export function addClassModel(program: Command, caller: Caller): void {
  const command = program
    .command('class-model')
    .summary('pictures that a class score is highest for')
    .description(
      'Class model visualisation (Simonyan et al. 2013, Sect. 2): gradient ascent on a score, from the mean image.',
    )
    .option('--class <class>', 'index from 0, name or WNID; repeatable', classes)
    .option(
      '--layer <name>',
      'instead of a class: a layer, or with --channel a channel, with --row and --col a unit of it',
    )
    .option('--channel <n>', 'of the layer, from 0', wholeFrom(0))
    .option('--row <n>', 'of the unit, from 0', wholeFrom(0))
    .option('--col <n>', 'of the unit, from 0', wholeFrom(0))
    .addOption(
      choice('--preset <name>', "'paper' (default): Eq. 1 alone; 'robust': pictures that people recognise", [
        'paper',
        'robust',
      ]),
    )
    .option('--steps <n>', 'of the ascent', count)
    .option('--lambda <number>', 'weight of the squared norm in Eq. 1', numberFrom(0))
    .option('--learning-rate <number>', 'eta: how far a step goes', numberFrom(0))
    .addOption(choice('--optimiser <name>', 'how steps are made of gradients', ['plain', 'momentum', 'adam']))
    .addOption(choice('--score <score>', 'what is maximised', ['class', 'posterior', 'unclipped']))
    .option('--noise <levels>', 'standard deviation of a random start, instead of the mean image', numberFrom(0))
    .option('--seed <n>', 'of random starts and jitter; repeatable; default 0', seeds)
    .option('--snapshots <n>', 'write the picture after every n steps too', count)
    .option('--out <folder>', 'where the files go', folder, 'out')
    .option('--resume', 'skip models whose files are all there')
    .hook('preAction', () => {
      const { layer, class: cls, channel } = command.opts<ClassModelFlags>();
      if ((layer === undefined) === (cls === undefined)) command.error("error: give either '--class' or '--layer'");
      if (layer === undefined && channel !== undefined) command.error("error: option '--channel' needs '--layer'");
    });
  addModelOption(command)
    .addHelpText('after', examples)
    .action((flags: ClassModelFlags) => makeModels(flags, caller));
}

function seeds(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, wholeFrom(0)(text)];
}

interface Job extends Wanted {
  readonly seed: number;
  readonly files: ModelFiles;
}

async function makeModels(flags: ClassModelFlags, caller: Caller): Promise<void> {
  const { seed: seeds = [0], out, resume = false } = flags;
  await withRecorder({ command: 'class-model', flags }, async (net, recorder) => {
    const wanted = targetsOf(net, flags);
    await makeOutputFolder(out);
    const jobs = wanted.flatMap(({ target, label }) =>
      seeds.map((seed): Job => {
        const name = seeds.length > 1 ? `${label}.seed-${seed}` : label;
        return { target, label, seed, files: filesOf(out, name) };
      }),
    );
    const left = resume ? await missing(jobs) : jobs;
    if (left.length < jobs.length)
      note(`--resume: ${jobs.length - left.length} of ${jobs.length} had been made`, flags);
    await makeEach(net, left, flags, caller, recorder);
  });
}

function targetsOf(net: Network, { class: chosen, layer, channel, row, col }: ClassModelFlags): Wanted[] {
  if (chosen) return indicesOf(net, chosen).map((index) => ({ target: index, label: `class-${index}` }));
  const given = { channel, row, col };
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  const label = [layer!.replace(/[^\w-]+/g, '-'), ...known.map(([name, value]) => `${name}-${value}`)].join('.');
  return [{ target: { layer: layer!, ...Object.fromEntries(known) }, label }];
}

async function missing(jobs: readonly Job[]): Promise<Job[]> {
  const there = await Promise.all(jobs.map(({ files }) => isThere(files)));
  return jobs.filter((_, i) => !there[i]);
}

/** Models are made in parts; those of each are written before the next begins. */
async function makeEach(
  net: Network,
  jobs: readonly Job[],
  flags: ClassModelFlags,
  caller: Caller,
  recorder: Recorder,
): Promise<void> {
  caller.finishOnInterrupt();
  const progress = openProgress(jobs.length, flags);
  let done = 0;
  for (const part of partsOf(jobs)) {
    if (caller.signal.aborted) break;
    const targets = part.map(({ target }) => target);
    const models = await classModel(net, targets, { ...optionsOf(flags), seed: part[0]!.seed });
    for (const [i, model] of models.entries()) {
      const { label, files } = part[i]!;
      const outputs = await writeModel(files, model);
      const result = summaryOf(model);
      await recorder.write(files.record, { label, options: settingsOf(flags, part), result, outputs });
      progress.advance(() => caller.print(modelText(part[i]!, result, Object.values(outputs), flags)));
      if (model.zero) note(`${label}: the first gradient is 0, so there is no way up${remedy(flags)}`, flags);
      done++;
    }
  }
  progress.stop();
  if (done < jobs.length) note(`stopped after ${done} of ${jobs.length} models`, flags);
}

/** A few jobs of one seed each. */
function partsOf(jobs: readonly Job[]): Job[][] {
  const parts: Job[][] = [];
  for (const job of jobs) {
    const open = parts.find((part) => part.length < atOnce && part[0]!.seed === job.seed);
    if (open) open.push(job);
    else parts.push([job]);
  }
  return parts;
}

/** All that decides: what ascends together may share sums, so the whole part. */
function settingsOf(flags: ClassModelFlags, part: readonly Job[]): object {
  const { preset = 'paper' } = flags;
  const classes = part.flatMap(({ target }) => (typeof target === 'number' ? [target] : []));
  const settings = ascentSettings('classModel', optionsOf(flags));
  return { ...settings, preset, seed: [part[0]!.seed], ...(classes.length > 0 && { class: classes }) };
}

function remedy({ score, layer }: ClassModelFlags): string {
  return layer === undefined && score !== 'unclipped' ? '; try --score unclipped' : '; try --noise 10';
}

function optionsOf(flags: ClassModelFlags): ClassModelOptions {
  const { preset, steps, lambda, learningRate, optimiser, score, noise, snapshots } = flags;
  return { preset, steps, lambda, learningRate, optimiser, score, noise, snapshots };
}

/** What is told of a model. */
function summaryOf({ class: index, name, wnid, seed, ...rest }: ClassModel) {
  const { score, scoreOfImage, posterior, norm, stationarity, zero } = rest;
  return { class: index, name, wnid, seed, score, scoreOfImage, posterior, norm, stationarity, zero };
}

function modelText(
  { label, files: { record } }: Job,
  summary: ReturnType<typeof summaryOf>,
  outputs: readonly string[],
  { json }: ClassModelFlags,
): string {
  if (json) return JSON.stringify({ ...summary, outputs, records: [record] });
  const { name, score, scoreOfImage, posterior, norm, stationarity } = summary;
  const facts = [
    `score ${score.toFixed(3)}`,
    `of the picture ${scoreOfImage.toFixed(3)}`,
    posterior !== null && `posterior ${posterior.toFixed(4)}`,
    `norm ${norm.toFixed(1)}`,
    stationarity !== null && `stationarity ${stationarity.toFixed(3)}`,
  ];
  return [
    visible(`${label}${name === null ? '' : `  ${name}`}`),
    indented(facts.filter(Boolean).join('  ')),
    `  -> ${outputs.map(visible).join('  ')}`,
  ].join('\n');
}
