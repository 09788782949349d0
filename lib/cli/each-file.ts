import { availableParallelism } from 'node:os';
import type { Image } from '../index.js';
import type { Checks } from './check-report.js';
import type { Input } from './inputs.js';
import { lineAbout, note } from './messages.js';
import { imageOptions, type FileFlags } from './options.js';
import { openProgress } from './progress.js';
import { readInput, type SeenFile } from './read-input.js';
import { fileText, type FileReport, type Predicted, type Reconstructed } from './report.js';
import type { Caller } from './caller.js';

/** What a command makes of one image. */
export interface FileResult {
  readonly predictions: readonly Predicted[];
  /** Paths of the files written. */
  readonly outputs: readonly string[];
  /** Of the records of these files. */
  readonly records?: readonly string[];
  readonly reconstructions?: readonly Reconstructed[];
  readonly checks?: readonly Checks[];
}

interface Outcome {
  readonly report: FileReport;
  /** Why the file failed, or undefined. */
  readonly reason: unknown;
}

/** @param seen  the file as it was read */
type Work<T> = (img: Image, input: T, seen: SeenFile) => Promise<FileResult>;

/**
 * Reads every file, lets `work` have it and prints its result, in the order of the inputs. A file that fails does not
 * stop the others; it is reported on stderr at the end, and the process will exit with 1. Once `caller.signal` is aborted no
 * further file is begun. Gives the paths of those that failed.
 */
export async function eachFile<T extends Input>(
  inputs: readonly T[],
  flags: FileFlags,
  caller: Caller,
  work: Work<T>,
): Promise<ReadonlySet<string>> {
  const failures: Outcome[] = [];
  caller.finishOnInterrupt(flags);
  const progress = openProgress(inputs.length, flags);
  let done = 0;
  for await (const outcome of inOrder(inputs, caller.signal, (input) => outcomeOf(input, flags, work))) {
    const { report } = outcome;
    progress.advance(() => {
      if (flags.json) caller.print(JSON.stringify(report));
      else if (report.error === null) caller.print(fileText(report)); // stderr tells of the others
    });
    if (report.error !== null) failures.push(outcome);
    done++;
  }
  progress.stop();
  if (done < inputs.length) note(`stopped after ${done} of ${inputs.length} files`, flags);
  for (const { report, reason } of failures) caller.complainOf(report.file, reason, flags);
  if (failures.length > 0) note(`${failures.length} of ${inputs.length} failed`, flags);
  return new Set(failures.map(({ report }) => report.file));
}

async function outcomeOf<T extends Input>(input: T, flags: FileFlags, work: Work<T>): Promise<Outcome> {
  const file = input.path;
  let size: Pick<FileReport, 'width' | 'height'> = { width: null, height: null };
  try {
    if (input.problem) throw input.problem;
    const { img, seen } = await readInput(input.path, imageOptions(flags));
    const [height, width] = img.shape as [number, number];
    size = { width, height };
    return { report: { file, ...size, ...(await work(img, input, seen)), error: null }, reason: undefined };
  } catch (reason) {
    return { report: { file, ...size, predictions: [], outputs: [], error: lineAbout(file, reason) }, reason };
  }
}

/** Choice: while the device works on one image, so many more are decoded or encoded; each holds its pixels. */
const ahead = Math.min(availableParallelism(), 4);

/** What `work` gives for each item, in their order; some are begun ahead. */
export async function* inOrder<T, R>(
  items: readonly T[],
  stop: AbortSignal,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const begun: Promise<R>[] = [];
  for (const item of items) {
    if (stop.aborted) break;
    begun.push(work(item));
    if (begun.length > ahead) yield await begun.shift()!;
  }
  for (const one of begun) yield await one;
}
