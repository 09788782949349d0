import { basename, dirname, join, resolve } from 'node:path';
import { CommanderError, type Command } from 'commander';
import { DeepInsideError } from '../index.js';
import type { Caller } from './caller.js';
import { lineAbout } from './messages.js';
import { readRecord, type FileRecord } from './record.js';
import { makeOutputFolder } from './outputs.js';
import { exists, type Located } from './recorded-files.js';
import { retyped } from './retype.js';

/** A record whose files are there. */
export interface Ready {
  readonly path: string;
  readonly record: FileRecord;
  readonly located: Located;
  readonly device: string;
  readonly threads: number | null;
}

/** What a record tells of, made again. */
export interface Remade {
  /** Of the new record, and where it lies. */
  readonly path: string;
  readonly record: FileRecord;
}

/** What a command says went wrong with an image, a class model or the like. */
type Failure = readonly [what: string, reason: unknown];

/** What a command prints of a file or model, as far as it matters here. */
interface Report {
  readonly records?: readonly string[];
}

/**
 * Those that one run of the command makes again, run by run: groups of one command with the same options, files and
 * device, and of any one image each.
 */
export function inRuns(all: readonly Ready[]): Ready[][] {
  const runs = new Map<string, Ready[]>();
  for (const one of all) {
    const { record, located, device, threads } = one;
    const key = JSON.stringify([record.command, record.options, located.files, located.images, device, threads]);
    runs.set(key, [...(runs.get(key) ?? []), one]);
  }
  return [...runs.values()];
}

/**
 * Runs the command of a run again, writing into `out`.
 *
 * @param create  makes the program that has the command
 * @returns       what came of each record, or why nothing did
 */
export async function rerun(
  run: readonly Ready[],
  out: string,
  create: (caller: Caller) => Command,
  caller: Caller,
): Promise<(Remade | DeepInsideError)[]> {
  const [{ path, record, located, device, threads }] = run as [Ready];
  await makeOutputFolder(out);
  const images = run.flatMap((one) => one.located.image ?? []);
  const reports: Report[] = [];
  const failures: Failure[] = [];
  const inner: Caller = {
    ...caller,
    print: (text) => void reports.push(JSON.parse(text) as Report),
    complainOf: (what, reason) => void failures.push([what, reason]),
  };
  const command = commandOf(path, create(inner), record.command);
  const around = {
    ...{ files: located.files, images: [...new Set([...images, ...located.images])], device, threads },
    out: outOf(command, record, out),
  };
  try {
    await command.parseAsync(retyped(command, record, around), { from: 'user' });
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause;
    throw new DeepInsideError('ERR_FORMAT', `${path}: ${cause.message.replace(/^error: /, '')}`, { cause });
  }
  const made = await Promise.all([...new Set(reports.flatMap(({ records = [] }) => records))].map(remade));
  return run.map((one) => made.find((other) => other !== null && isOf(one, other)) ?? missing(one, failures));
}

/** What a command is told by --out: a folder, or where that may be a file, too, that file in it, under its own name. */
function outOf({ options }: Command, { outputs }: FileRecord, folder: string): string {
  const takesFile = options.some(({ long, flags }) => long === '--out' && flags.endsWith('<place>'));
  const [first] = Object.values(outputs);
  return takesFile && first ? join(folder, basename(first.path)) : folder;
}

/** The record at `path`, or null where none was written after all. */
async function remade(path: string): Promise<Remade | null> {
  if (!(await exists(path))) return null;
  return { path, record: await readRecord(path) };
}

function isOf({ record, located }: Ready, made: Remade): boolean {
  if (record.label !== made.record.label) return false;
  const { image } = made.record;
  return located.image === null ? image === null : resolve(dirname(made.path), image!.path!) === resolve(located.image);
}

function missing({ path, record, located }: Ready, failures: readonly Failure[]): DeepInsideError {
  const own = failures.find(([what]) => what === located.image || what === record.label) ?? failures[0];
  const why = own ? lineAbout(...own) : 'the command stopped';
  return new DeepInsideError('ERR_FORMAT', `${path}: it was not made again: ${why}`, { cause: own?.[1] });
}

/** The commands of a program that write files with records. */
export function recordingCommands(program: Command): readonly Command[] {
  const writing = program.commands.filter((command) => command.options.some(({ long }) => long === '--out'));
  return writing.filter((command) => command.name() !== 'reproduce');
}

/** The command of a record, which says nothing of its own about a wrong command line. */
function commandOf(path: string, program: Command, name: string): Command {
  const commands = recordingCommands(program);
  const command = commands.find((one) => one.name() === name);
  if (command) return command.configureOutput({ writeErr: () => undefined, outputError: () => undefined });
  const names = commands.map((one) => one.name()).join(', ');
  throw new DeepInsideError('ERR_FORMAT', `${path}: the record's command must be one of ${names}, got "${name}"`);
}
