import { createHash } from 'node:crypto';
import { article } from '../gallery/article.js';
import type { Fact } from '../gallery/data.js';
import { pageHead, pageTail } from '../gallery/page.js';
import { readImage, type Network } from '../index.js';
import type { Caller } from './caller.js';
import { lineAbout } from './messages.js';
import type { Progress } from './progress.js';
import { fileText, type FileReport } from './report.js';
import { articleOf, type ArticlePlan } from './report-article.js';
import type { ReportFlags } from './report-command.js';
import { ReportFile, reportRecord, sectionsAt, type Section } from './report-file.js';
import { modelsSection } from './report-models.js';
import { imageOptions, type Found } from './report-overview.js';
import { legends } from './report-pictures.js';
import { networkName, settingFacts } from './report-settings.js';
import { Stopwatch, timingsOf, type Lap } from './stopwatch.js';

/** What a report shows. */
export interface ReportPlan extends ArticlePlan {
  /** Classes whose models are shown. */
  readonly models: readonly number[];
}

/** Writes a report, section by section. */
export class ReportRun {
  /** Files that failed, with the reasons. */
  readonly failures: [path: string, reason: unknown][] = [];
  /** How many images have been dealt with. */
  done = 0;
  readonly #laps: Lap[] = [];
  readonly #net: Network;
  readonly #plan: ReportPlan;
  readonly #flags: ReportFlags;
  readonly #caller: Caller;
  readonly #progress: Progress;

  constructor(net: Network, plan: ReportPlan, flags: ReportFlags, caller: Caller, progress: Progress) {
    [this.#net, this.#plan, this.#flags, this.#caller, this.#progress] = [net, plan, flags, caller, progress];
  }

  /** Gives the number of bytes of the report; null where it was stopped. */
  async write(all: readonly Found[]): Promise<number | null> {
    const { out, resume } = this.#flags;
    const kept = resume ? await sectionsAt(out) : new Map<string, Section>();
    const settings = await settingFacts(this.#net, this.#plan, this.#flags);
    const file = await ReportFile.begin(out, await this.#head(all));
    try {
      for (const found of all) {
        if (this.#caller.signal.aborted) return null;
        await this.#show(file, found, settings, kept);
      }
      const { models } = this.#plan;
      if (models.length > 0) {
        if (this.#caller.signal.aborted) return null;
        await this.#add(file, await this.#models(models, settings, kept));
      }
      return await file.end(this.#tail(all, settings));
    } finally {
      await file.close();
    }
  }

  async #head(all: readonly Found[]) {
    const shown = all.filter(({ reason }) => reason === undefined).length;
    const count = shown === 1 ? 'one image' : `${shown} images`;
    return pageHead({
      title: `What ${networkName(this.#flags)} saw in ${count}`,
      date: this.#plan.timings ? new Date().toLocaleDateString('en-GB', { dateStyle: 'long' }) : null,
      entries: all.map(({ entry }) => entry),
      legends: await legends(),
    });
  }

  #tail(all: readonly Found[], settings: readonly Fact[]) {
    // What could not even be looked at, the head tells.
    const late = this.failures.filter(([path]) => all.some((one) => one.path === path && one.reason === undefined));
    return pageTail({
      problems: late.map(([path, reason]) => lineAbout(path, reason)),
      methods: this.#plan.methods,
      settings,
      timings: this.#plan.timings ? timingsOf(this.#laps) : null,
    });
  }

  /** The article of one file; one that fails is told, and does not stop the others. */
  async #show(file: ReportFile, found: Found, settings: readonly Fact[], kept: ReadonlyMap<string, Section>) {
    const { path, entry, size, sha256, predictions, reason } = found;
    const key = keyOf([settings, this.#plan.layer, this.#plan.timings, entry.id, entry.file, sha256]);
    let failure = reason;
    if (sha256 !== null) {
      const section =
        kept.get(key) ?? (await this.#article(found, key).catch((late: unknown) => void (failure = late)));
      if (section) await this.#add(file, section);
    }
    if (failure !== undefined) this.failures.push([path, failure]);
    const [height, width] = size ?? [null, null];
    const shown = failure === undefined;
    const report: FileReport = {
      ...{ file: path, width, height, predictions: shown ? predictions : [] },
      ...(shown ? { outputs: [this.#flags.out], records: [reportRecord(this.#flags.out)] } : { outputs: [] }),
      error: shown ? null : lineAbout(path, failure),
    };
    this.#progress.advance(() => {
      if (this.#flags.json) this.#caller.print(JSON.stringify(report));
      else if (shown) this.#caller.print(fileText({ ...report, outputs: [] }));
    });
    this.done++;
  }

  async #article({ path, entry: { id, file }, sha256 }: Found, key: string): Promise<Section> {
    const watch = new Stopwatch(this.#plan.timings);
    const img = await readImage(path, imageOptions(this.#flags));
    const made = await articleOf(this.#net, img, this.#plan, watch);
    return { key, text: article({ id, file, sha256: sha256!, ...made }).text, times: watch.laps };
  }

  async #models(classes: readonly number[], settings: readonly Fact[], kept: ReadonlyMap<string, Section>) {
    const key = keyOf([settings, this.#plan.timings, classes]);
    const before = kept.get(key);
    return before ?? modelsSection(this.#net, classes, this.#plan, key, () => this.#progress.advance(() => undefined));
  }

  async #add(file: ReportFile, section: Section): Promise<void> {
    await file.add(section);
    this.#laps.push(...section.times);
  }
}

function keyOf(decides: unknown): string {
  return createHash('sha256').update(JSON.stringify(decides)).digest('hex');
}
