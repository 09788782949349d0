import { article } from '../gallery/article.js';
import type { Fact } from '../gallery/data.js';
import { pageHead, pageTail } from '../gallery/page.js';
import { DeepInsideError, type Network } from '../index.js';
import type { Caller } from './caller.js';
import { lineAbout } from './messages.js';
import { imageOptions } from './options.js';
import type { Progress } from './progress.js';
import { readInput } from './read-input.js';
import { fileText, type FileReport } from './report.js';
import { articleOf, type ArticlePlan } from './report-article.js';
import type { ReportFlags } from './report-command.js';
import { ReportFile, reportRecord, sectionsLeft } from './report-file.js';
import { modelsHeading, modelsSection, partsOf } from './report-models.js';
import type { Listed, Photograph } from './report-overview.js';
import { legends } from './report-pictures.js';
import { keyOf, type Section } from './report-sections.js';
import { networkName } from './report-settings.js';
import { Stopwatch, timingsOf, type Lap } from './stopwatch.js';

/** What a report shows. */
export interface ReportPlan extends ArticlePlan {
  /** Classes whose models are shown. */
  readonly models: readonly number[];
}

/** What all of a report shares. */
export interface ReportJob {
  readonly net: Network;
  readonly plan: ReportPlan;
  readonly flags: ReportFlags;
  readonly caller: Caller;
  readonly progress: Progress;
  readonly settings: readonly Fact[];
  /** Key of all that decides what a section shows, but for what it is of. */
  readonly decisive: string;
}

/** Writes a report, section by section. */
export class ReportRun {
  /** Files that failed, with the reasons. */
  readonly failures: [path: string, reason: unknown][] = [];
  /** How many images have been dealt with. */
  done = 0;
  readonly #job: ReportJob;

  constructor(job: ReportJob) {
    this.#job = job;
  }

  /** Gives the number of bytes of the report, 0 where no image can be shown and so none is written; null where it was stopped. */
  async write(all: readonly Listed[]): Promise<number | null> {
    const { flags, plan, decisive } = this.#job;
    if (all.every(({ photograph }) => photograph === null)) {
      for (const one of all) this.#tell(one, one.reason);
      return 0;
    }
    const parts = partsOf(plan.models);
    const heading = parts.length > 0 ? [modelsHeading()] : [];
    const models = new Map(parts.map((part) => [keyOf(decisive, part), part]));
    const keys = [...all.map((one) => this.#keyOf(one)), ...heading.map(({ key }) => key), ...models.keys()];
    const kept = flags.resume ? await sectionsLeft(flags.out, keys) : [];
    const file = await ReportFile.begin(flags.out, await this.#head(all), kept);
    try {
      if (!(await this.#images(all, file)) || !(await this.#models(heading, models, file))) return null;
      const laps = keys.flatMap((key) => file.timesOf(key));
      return await file.end(keys, this.#tail(all, laps));
    } finally {
      await file.close();
    }
  }

  #keyOf({ entry: { file }, photograph }: Listed): string {
    return keyOf(this.#job.decisive, file, photograph?.seen.sha256);
  }

  async #head(all: readonly Listed[]) {
    const shown = all.filter(({ photograph }) => photograph !== null).length;
    const count = shown === 1 ? 'one image' : `${shown} images`;
    return pageHead({
      title: `What ${networkName(this.#job.flags)} saw in ${count}`,
      date: this.#job.plan.timings ? new Date().toLocaleDateString('en-GB', { dateStyle: 'long' }) : null,
      entries: all.map(({ entry }) => entry),
      legends: await legends(),
    });
  }

  #tail(all: readonly Listed[], laps: readonly Lap[]) {
    const { plan, settings } = this.#job;
    // What could not even be looked at, the head tells.
    const late = this.failures.filter(([path]) => all.some((one) => one.path === path && one.photograph !== null));
    return pageTail({
      problems: late.map(([path, reason]) => lineAbout(path, reason)),
      methods: plan.methods,
      settings,
      timings: plan.timings ? timingsOf(laps) : null,
    });
  }

  /** Whether all have been dealt with. */
  async #images(all: readonly Listed[], file: ReportFile): Promise<boolean> {
    for (const one of all) {
      if (this.#job.caller.signal.aborted) return false;
      await this.#show(one, file);
    }
    return true;
  }

  /** The article of one file; one that fails is told, and does not stop the others. */
  async #show(one: Listed, file: ReportFile): Promise<void> {
    const { photograph } = one;
    const key = this.#keyOf(one);
    let failure = one.reason;
    if (photograph !== null && !file.has(key)) {
      const section = await this.#article(one, photograph, key).catch((late: unknown) => void (failure = late));
      if (section) await file.add(section);
    }
    this.#tell(one, failure);
  }

  #tell({ path, photograph }: Listed, failure: unknown): void {
    const { progress, flags, caller } = this.#job;
    const shown = failure === undefined && photograph !== null;
    if (!shown) this.failures.push([path, failure]);
    const [height, width] = photograph?.size ?? [null, null];
    const report: FileReport = {
      ...{ file: path, width, height, predictions: shown ? photograph.predictions : [] },
      ...(shown ? { outputs: [flags.out], records: [reportRecord(flags.out)] } : { outputs: [] }),
      error: shown ? null : lineAbout(path, failure),
    };
    progress.advance(() => {
      if (flags.json) caller.print(JSON.stringify(report));
      else if (shown) caller.print(fileText({ ...report, outputs: [] }));
    });
    this.done++;
  }

  async #article(
    { path, entry: { id, file } }: Listed,
    { seen: { sha256 } }: Photograph,
    key: string,
  ): Promise<Section> {
    const { net, plan, flags } = this.#job;
    const watch = new Stopwatch(plan.timings);
    const { img, seen } = await readInput(path, imageOptions(flags));
    if (seen.sha256 !== sha256)
      throw new DeepInsideError(
        'ERR_IO',
        `${path}: another picture lies there than when the report was begun; make it again with --resume`,
      );
    const made = await articleOf(net, img, plan, watch);
    return { key, text: article({ id, file, sha256, ...made }).text, times: watch.laps };
  }

  /** Whether all are there now; what ascends is given up by Ctrl-C. */
  async #models(
    heading: readonly Section[],
    models: ReadonlyMap<string, readonly number[]>,
    file: ReportFile,
  ): Promise<boolean> {
    const { net, plan, progress, caller } = this.#job;
    for (const section of heading) if (!file.has(section.key)) await file.add(section);
    for (const [key, part] of models) {
      if (caller.signal.aborted) return false;
      try {
        if (!file.has(key)) await file.add(await modelsSection(net, part, plan, key, caller.signal));
      } catch (reason) {
        if (caller.signal.aborted) return false;
        throw reason;
      }
      for (let i = 0; i < part.length; i++) progress.advance(() => undefined);
    }
    return true;
  }
}
