import { classModel, type ClassModel, type Network } from '../index.js';
import { ascentSettings } from '../visualise/class-model-options.js';
import { ascentOptionsOf, atOnce } from './ascent-flags.js';
import type { Caller } from './caller.js';
import type { ClassModelFlags } from './class-model.js';
import { writeModel } from './class-model-files.js';
import type { Job } from './class-model-jobs.js';
import { modelText, summaryOf } from './class-model-report.js';
import { note } from './messages.js';
import { openProgress } from './progress.js';
import type { Recorder } from './recorder.js';

/** Models are made in parts; those of each are written before the next begins. */
export class Making {
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
    caller.finishOnInterrupt(flags);
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
    const options = { ...ascentOptionsOf(flags), seed: part[0]!.seed, onProgress, signal };
    let models: ClassModel[];
    try {
      models = await classModel(net, targets, options);
    } catch (reason) {
      if (signal.aborted) return;
      if (part.length > 1) for (const job of part) await this.#together([job]);
      else this.#failures.push({ label: part[0]!.label, reason });
      return;
    }
    for (const [i, model] of models.entries()) {
      const { label } = part[i]!;
      await this.#write(part[i]!, model, part).catch((reason: unknown) => this.#failures.push({ label, reason }));
    }
  }

  async #write(job: Job, model: ClassModel, part: readonly Job[]): Promise<void> {
    const { flags, caller, recorder } = this;
    const { label, files } = job;
    const outputs = await writeModel(files, model);
    const result = summaryOf(model);
    await recorder.write(files.record, { label, options: settingsOf(flags, part), result, outputs });
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

/** All that decides what a model is: what ascends together may share sums, so the whole part. */
export function settingsOf(flags: ClassModelFlags, part: readonly Job[]): object {
  const { preset = 'paper' } = flags;
  const classes = part.flatMap(({ target }) => (typeof target === 'number' ? [target] : []));
  const settings = ascentSettings('classModel', ascentOptionsOf(flags));
  const ofTarget = classes.length > 0 ? { class: [...new Set(classes)] } : { score: undefined };
  return { ...settings, preset, seed: [part[0]!.seed], ...ofTarget, figure: undefined };
}

function remedy({ score, layer }: ClassModelFlags): string {
  return layer === undefined && score !== 'unclipped' ? '; try --score unclipped' : '; try --noise 10';
}
