import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { DeepInsideError, type DeviceChoice, type PreprocessingChoice } from '../index.js';
import type { Caller } from './caller.js';
import { KnownFiles } from './file-facts.js';
import { lineAbout, note } from './messages.js';
import { addPrintingOptions, choice, count, devices, folder, preprocessing, type PrintingFlags } from './options.js';
import { openProgress, type Progress } from './progress.js';
import { readRecord, type FileRecord } from './record.js';
import { expandRecords, locate, type Replacements } from './recorded-files.js';
import { compare, reproductionText, type Reproduction } from './reproduction.js';
import { inRuns, recordingCommands, rerun, type Ready } from './rerun.js';

interface ReproduceFlags extends PrintingFlags, Replacements {
  readonly out?: string;
  readonly device?: DeviceChoice;
  readonly threads?: number;
  readonly preprocessing?: PreprocessingChoice;
  readonly names?: string;
}

const examples = `
A record is the JSON that lies beside what the other commands write, such as cat.281.saliency.json. Weights and images must
be what they were, by their SHA-256, and lie where the record says, from where it lies itself. On the same machine, with
the same versions, all bits are the same, but for pages of reports with timings (--no-timings leaves these out). Nothing is
overwritten. Exit code 0: all is identical; 1: not.

Examples:
  deep-inside reproduce maps/cat.281.saliency.json
  deep-inside reproduce maps --json > reproduced.jsonl
  deep-inside reproduce maps/cat.281.saliency.json --image other.jpg --out again
  deep-inside reproduce maps/cat.281.saliency.json --model other.onnx --preprocessing torchvision --names imagenet
  deep-inside reproduce maps/cat.281.saliency.json --device cuda`;

/** @param create  makes a program of all commands, for a caller of its own */
export function addReproduce(program: Command, caller: Caller, create: (caller: Caller) => Command): void {
  const command = program
    .command('reproduce')
    .summary('make files again from their records, and compare')
    .description(
      'Runs again what records tell of, and says whether each file is the same, bit for bit, and if not, why.',
    )
    .argument('<records...>', 'records that lie beside the files, and folders with such in them or below')
    .option(
      '--out <folder>',
      'keep what is made again there, in a new or empty folder; with several runs in folders 1, 2, ...',
      folder,
    )
    .option('--model <file>', 'take these weights, even if they are not those that were recorded')
    .option('--preprocessing <choice>', 'of --model, where its file states none', preprocessing)
    .option('--names <list>', 'of --model, where its file has none')
    .option('--image <file>', 'take this image, even if it is not the one that was recorded')
    .addOption(choice('--device <kind>', 'where to compute; default: on the kind that was recorded', devices))
    .option('--threads <n>', 'of the CPU; default: as many as were recorded', count);
  addPrintingOptions(command)
    .addHelpText('after', examples)
    .action((paths: string[], flags: ReproduceFlags) => reproduce(paths, flags, caller, create));
}

/** What records are reproduced with, and how far that is. */
interface Session {
  readonly flags: ReproduceFlags;
  readonly caller: Caller;
  readonly create: (caller: Caller) => Command;
  readonly progress: Progress;
  /** What failed, to be told at the end. */
  readonly failures: [path: string, reason: unknown][];
  done: number;
}

async function reproduce(
  given: readonly string[],
  flags: ReproduceFlags,
  caller: Caller,
  create: (caller: Caller) => Command,
): Promise<void> {
  const paths = await expandRecords(given, recordingCommands(create(caller)).map((command) => command.name())); // prettier-ignore
  if (flags.image !== undefined && paths.length > 1) {
    const message = `--image: one record was expected, whose image it takes the place of, got ${paths.length}`;
    throw new DeepInsideError('ERR_ARGUMENT', message);
  }
  if (flags.out !== undefined) await refuseFilled(flags.out);
  caller.finishOnInterrupt(flags);
  const progress = openProgress(paths.length, flags);
  const session: Session = { flags, caller, create, progress, failures: [], done: 0 };
  try {
    await reproduceAll(await readyFrom(paths, session), session);
  } finally {
    progress.stop();
  }
  if (session.done < paths.length) note(`stopped after ${session.done} of ${paths.length} records`, flags);
  for (const [path, reason] of session.failures) caller.complainOf(path, reason, flags);
}

/** So nothing is overwritten, least of all what was recorded. */
async function refuseFilled(out: string): Promise<void> {
  const names = await readdir(out).catch(() => []);
  if (names.length === 0) return;
  const message = `--out: a new or an empty folder was expected, since nothing is overwritten, got ${out} with ${names.length} in it; name another`;
  throw new DeepInsideError('ERR_ARGUMENT', message);
}

/** Those of the records that can be read, and whose files are there. */
async function readyFrom(paths: readonly string[], session: Session): Promise<Ready[]> {
  const { flags } = session;
  const known = new KnownFiles();
  const ready: Ready[] = [];
  for (const path of paths) {
    try {
      const record = withStated(await readRecord(path), flags);
      const located = await locate(path, record, flags, known);
      const { kind, threads } = record.environment.device;
      const device = flags.device ?? kind;
      ready.push({ path, record, located, device, threads: flags.threads ?? (device === kind ? threads : null) });
      if (record.options.tune === true) note(`${path}: ${tuned}`, flags);
    } catch (reason) {
      fail(path, reason, session);
    }
  }
  return ready;
}

/** The record with what is stated of a model in place of another. */
function withStated(record: FileRecord, { preprocessing, names }: ReproduceFlags): FileRecord {
  const options = { ...record.options, ...(preprocessing && { preprocessing }), ...(names && { names }) };
  const { names: recorded, ...others } = record.files;
  return { ...record, options, files: { ...others, ...(recorded && !names && { names: recorded }) } };
}

const tuned =
  '--tune chose its algorithms by timing; unless its choices are still in the cache, others may be made, with other bits';

async function reproduceAll(ready: readonly Ready[], session: Session): Promise<void> {
  const { out } = session.flags;
  const runs = inRuns(ready);
  const place = out ?? (await mkdtemp(join(tmpdir(), 'deep-inside-')));
  try {
    for (const [i, run] of runs.entries()) {
      if (session.caller.signal.aborted) return;
      await reproduceRun(run, runs.length > 1 ? join(place, String(i + 1)) : place, session);
    }
  } finally {
    if (out === undefined) await rm(place, { recursive: true, force: true });
  }
}

async function reproduceRun(run: readonly Ready[], out: string, session: Session): Promise<void> {
  const { create, caller } = session;
  try {
    const remade = await rerun(run, out, create, { ...caller, finishOnInterrupt: () => undefined });
    for (const [i, made] of remade.entries()) {
      if (!(made instanceof DeepInsideError)) report(await compare(run[i]!, made), session);
      else if (!caller.signal.aborted) fail(run[i]!.path, made, session);
    }
  } catch (reason) {
    for (const { path } of run) fail(path, reason, session);
  }
}

function report(found: Reproduction, session: Session): void {
  const { flags, caller, progress } = session;
  session.done++;
  if (!found.identical) process.exitCode = 1;
  progress.advance(() => {
    if (flags.json) caller.print(JSON.stringify(found));
    else if (found.error === null) caller.print(reproductionText(found)); // stderr tells of the others
  });
}

function fail(path: string, reason: unknown, session: Session): void {
  session.failures.push([path, reason]);
  const nothing = { command: null, identical: false, outputs: [], result: null, reasons: [] };
  report({ record: path, ...nothing, error: lineAbout(path, reason) }, session);
}
