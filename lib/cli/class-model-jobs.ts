import { classModel, readImage, type AscentTarget, type ClassModel, type Image, type Network } from '../index.js';
import { resolveAscent } from '../visualise/ascent-target.js';
import { ascentSettings } from '../visualise/class-model-options.js';
import { ascentOptionsOf } from './ascent-flags.js';
import type { Caller } from './caller.js';
import type { ClassModelFlags } from './class-model.js';
import { filesOf, isThere, writeModel, type ModelFiles } from './class-model-files.js';
import { modelText, summaryOf } from './class-model-report.js';
import { drawModels, figurePlace, printFigure, checkFigure } from './figure.js';
import { note } from './messages.js';
import { indicesOf } from './network.js';
import { makeOutputFolder } from './outputs.js';
import { openProgress } from './progress.js';
import { withRecorder, type Recorder } from './recorder.js';

/** What one call makes: classes ascend together, and what is done is written before the next begin. */
const atOnce = 8;

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
    ascentSettings('classModel', ascentOptionsOf(flags));
    for (const { target } of wanted) resolveAscent('classModel', net.targetContext, target);
    await makeOutputFolder(out);
    const jobs = wanted.flatMap(({ target, label }) =>
      seeds.map((seed): Job => {
        const name = seeds.length > 1 ? `${label}.seed-${seed}` : label;
        return { target, label, seed, files: filesOf(out, name) };
      }),
    );
    checkFigure(
      flags,
      jobs.length,
      jobs.flatMap(({ files: { picture, facts, record } }) => [picture, facts, record]),
    );
    const left = resume ? await missing(jobs) : jobs;
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
  const options = { ...settingsOf(flags, jobs), seed };
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

async function missing(jobs: readonly Job[]): Promise<Job[]> {
  const there = await Promise.all(jobs.map(({ files }) => isThere(files)));
  return jobs.filter((_, i) => !there[i]);
}

/** Models are made in parts; those of each are written before the next begins. */
class Making {
  #done = 0;
  readonly #failures: { readonly label: string; readonly reason: unknown }[] = [];
  readonly #progress: ReturnType<typeof openProgress>;

  constructor(
    readonly net: Network,
    readonly total: number,
    readonly flags: ClassModelFlags,
    readonly caller: Caller,
    readonly recorder: Recorder,
  ) {
    this.#progress = openProgress(total, flags);
  }

  /** Whether all are there now. */
  async make(jobs: readonly Job[]): Promise<boolean> {
    const { flags, caller, total } = this;
    caller.finishOnInterrupt();
    for (const part of partsOf(jobs)) if (!caller.signal.aborted) await this.#together(part);
    this.#progress.stop();
    const failed = this.#failures.length;
    if (this.#done + failed < total) note(`stopped after ${this.#done + failed} of ${total} models`, flags);
    if (failed === 0) return this.#done === total;
    for (const { label, reason } of this.#failures) caller.complainOf(label, reason, flags);
    note(`${failed} of ${total} failed`, flags);
    return false;
  }

  /** Makes the models of a part at once, or one by one where that fails; what has been begun is given up by Ctrl-C. */
  async #together(part: readonly Job[]): Promise<void> {
    const { net, flags, caller } = this;
    const { signal } = caller;
    const targets = part.map(({ target }) => target);
    const onProgress = ({ done, total }: { done: number; total: number | null }) =>
      this.#progress.ahead((part.length * done) / total!);
    try {
      const options = { ...ascentOptionsOf(flags), seed: part[0]!.seed, onProgress, signal };
      const models = await classModel(net, targets, options);
      for (const [i, model] of models.entries()) await this.#write(part[i]!, model, part);
    } catch (reason) {
      if (signal.aborted) return;
      if (part.length > 1) for (const job of part) await this.#together([job]);
      else this.#failures.push({ label: part[0]!.label, reason });
    }
  }

  async #write(job: Job, model: ClassModel, part: readonly Job[]): Promise<void> {
    const { flags, caller, recorder } = this;
    const { label, files } = job;
    const outputs = await writeModel(files, model);
    const result = summaryOf(model);
    await recorder.write(files.record, {
      label,
      options: { ...settingsOf(flags, part), figure: undefined },
      result,
      outputs,
    });
    this.#progress.advance(() => caller.print(modelText(job, result, Object.values(outputs), flags)));
    if (model.zero) note(`${label}: the first gradient is 0, so there is no way up${remedy(flags)}`, flags);
    this.#done++;
  }
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
  const settings = ascentSettings('classModel', ascentOptionsOf(flags));
  const ofTarget = classes.length > 0 ? { class: [...new Set(classes)] } : { score: undefined };
  return { ...settings, preset, seed: [part[0]!.seed], ...ofTarget };
}

function remedy({ score, layer }: ClassModelFlags): string {
  return layer === undefined && score !== 'unclipped' ? '; try --score unclipped' : '; try --noise 10';
}
