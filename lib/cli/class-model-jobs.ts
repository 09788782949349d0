import { readImage, type AscentTarget, type Image, type Network } from '../index.js';
import { resolveAscent } from '../visualise/ascent-target.js';
import { ascentSettings, seedsOf } from '../visualise/class-model-options.js';
import { ascentOptionsOf } from './ascent-flags.js';
import type { Caller } from './caller.js';
import type { ClassModelFlags } from './class-model.js';
import { filesOf, pathsOf, type ModelFiles } from './class-model-files.js';
import { Making, settingsOf } from './class-model-making.js';
import { drawModels, figurePlace, printFigure, checkFigure } from './figure.js';
import { note } from './messages.js';
import { indicesOf } from './network.js';
import { makeOutputFolder } from './outputs.js';
import { withRecorder, type Recorder } from './recorder.js';
import { madeBefore } from './resume.js';

/** One model that is to be made. */
export interface Job {
  readonly target: number | AscentTarget;
  /** In names of files. */
  readonly label: string;
  readonly seed: number;
  readonly files: ModelFiles;
}

export async function makeModels(flags: ClassModelFlags, caller: Caller): Promise<void> {
  const { seed: seeds = [0], out, resume = false } = flags;
  await withRecorder({ command: 'class-model', flags }, async (net, recorder) => {
    const wanted = targetsOf(net, flags);
    seedsOf('classModel', seeds, ascentSettings('classModel', ascentOptionsOf(flags)));
    for (const { target } of wanted) resolveAscent('classModel', net.targetContext, target);
    await makeOutputFolder(out);
    const jobs = wanted.flatMap(({ target, label }) =>
      seeds.map((seed): Job => {
        const name = seeds.length > 1 ? `${label}.seed-${seed}` : label;
        return { target, label, seed, files: filesOf(out, name) };
      }),
    );
    const others = jobs.flatMap(({ files }) => pathsOf(files, stepsOf(flags)));
    checkFigure(flags, jobs.length, others);
    const left = resume ? await missing(jobs, flags, recorder) : jobs;
    if (left.length < jobs.length)
      note(`--resume: ${jobs.length - left.length} of ${jobs.length} had been made`, flags);
    const whole = await new Making(net, left.length, flags, caller, recorder).make(left);
    if (flags.figure !== undefined && whole) await drawFigure(net, jobs, flags.figure, flags, caller, recorder);
  });
}

/** All models side by side, with their names. */
async function drawFigure(
  net: Network,
  jobs: readonly Job[],
  figure: string,
  flags: ClassModelFlags,
  caller: Caller,
  recorder: Recorder,
): Promise<void> {
  const { path, record } = figurePlace(flags.out, figure);
  const { seed = [0] } = flags;
  const captions = jobs.map((job) => {
    const name = typeof job.target === 'number' ? (net.classes[job.target]!.name ?? job.label) : job.label;
    return seed.length > 1 ? `${name}, seed ${job.seed}` : name;
  });
  const pictures: Image[] = [];
  for (const { files } of jobs) pictures.push(await readImage(files.picture));
  await drawModels(path, pictures, captions);
  const options = { ...settingsOf(flags, jobs), seed, figure };
  await recorder.write(record, { label: 'figure', options, result: { captions }, outputs: { figure: path } });
  printFigure(caller, path, record, flags);
}

function targetsOf(
  net: Network,
  { class: chosen, layer, channel, row, col }: ClassModelFlags,
): Pick<Job, 'target' | 'label'>[] {
  if (chosen) return indicesOf(net, chosen).map((index) => ({ target: index, label: `class-${index}` }));
  const known = Object.entries({ channel, row, col }).filter(([, value]) => value !== undefined);
  const label = [layer!.replace(/[^\w-]+/g, '-'), ...known.map(([name, value]) => `${name}-${value}`)].join('.');
  return [{ target: { layer: layer!, ...Object.fromEntries(known) }, label }];
}

/** The steps whose pictures are written, too. */
function stepsOf({ snapshots = Infinity, ...flags }: ClassModelFlags): number[] {
  const { steps } = ascentSettings('classModel', ascentOptionsOf(flags));
  return Array.from({ length: Math.floor(steps / snapshots) }, (_, i) => (i + 1) * snapshots);
}

async function missing(jobs: readonly Job[], flags: ClassModelFlags, recorder: Recorder): Promise<Job[]> {
  const left: Job[] = [];
  for (const job of jobs) {
    const asked = { label: job.label, options: settingsOf(flags, [job]) };
    if ((await madeBefore(recorder, job.files.record, asked)) === null) left.push(job);
  }
  return left;
}
