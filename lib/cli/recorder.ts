import { createHash } from 'node:crypto';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { writeWhole } from '../image/write-whole.js';
import type { Network, Preprocessing } from '../index.js';
import { environmentOf } from './environment.js';
import { factsOf, KnownFiles, shippedModel } from './file-facts.js';
import { lineAbout } from './messages.js';
import { withSeeingNetwork } from './network.js';
import type { FileFlags } from './options.js';
import type { SeenFile } from './read-input.js';
import { recordText, type Environment, type FileRecord, type ReadFile, type WrittenFile } from './record.js';

/** Files that belong together, which have just been written. */
export interface Group {
  /** Tells it from the other groups of the run; '' where there is one. */
  readonly label: string;
  /** Whole settings. They go over what the flags say. */
  readonly options: object;
  /** The one image that was looked at. */
  readonly image?: SeenFile;
  /** The images that were looked at together, in their order. */
  readonly images?: readonly SeenFile[];
  /** Of those that what is written tells of instead: paths and reasons. */
  readonly failed?: readonly (readonly [path: string, reason: unknown])[];
  /** What is told beside the files: predictions and the like. */
  readonly result: object;
  /** Paths by kinds. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Writes the records of one run of a command. */
export interface Recorder {
  /** Writes to `path` how the group came about. Nobody ever reads half of a record. */
  write(path: string, group: Group): Promise<void>;
  /** What the record at `path` would say of how such a group comes about, but for its images and the machine. */
  recipe(path: string, group: Asked): Promise<Recipe>;
  readonly environment: Environment;
}

/** What is known of a group before it is made. */
export interface Asked extends Pick<Group, 'label' | 'options'> {
  readonly image?: SeenFile | string;
  readonly images?: readonly (SeenFile | string)[];
}

export type Recipe = Pick<FileRecord, 'command' | 'label' | 'options' | 'files' | 'externalFiles' | 'network'>;

/** Flags that do not decide what is computed, or that a record always tells of under `files` or `environment`. */
export const elsewhere: readonly string[] = ['json', 'quiet', 'debug', 'out', 'resume', 'device', 'threads', 'model'];

interface Run {
  readonly command: string;
  readonly flags: FileFlags;
  /** Paths of the files that other options than `model` and `names` name. */
  readonly files?: Readonly<Record<string, string | undefined>>;
}

/** `withSeeingNetwork` for a command that writes files, with which it writes a record of each group of them. */
export async function withRecorder(run: Run, use: (net: Network, recorder: Recorder) => Promise<void>): Promise<void> {
  const started = new Date().toISOString();
  const { flags, files } = run;
  const known = new KnownFiles();
  const { model = null, names } = flags;
  // Names that come with this package are an option, no file.
  const named = { model, ...(names !== 'imagenet' && { names }), ...files };
  // Files are hashed while the network is opened, which tells better what is wrong with them.
  void eachValue(named, (one) => known.factsOf(one ?? shippedModel)).catch(() => undefined);
  await withSeeingNetwork(flags, async (net) => {
    const environment = await environmentOf(net, flags);
    const circumstances = { ...run, net, environment, started, named, known };
    await use(net, {
      write: (path, group) => write(path, group, circumstances),
      recipe: (path, asked) => recipeOf(path, asked, circumstances),
      environment,
    });
  });
}

interface Circumstances extends Run {
  readonly net: Network;
  readonly environment: Environment;
  readonly started: string;
  /** Paths by options, null for the network in the box. */
  readonly named: Readonly<Record<string, string | null | undefined>>;
  readonly known: KnownFiles;
}

async function write(path: string, group: Group, circumstances: Circumstances): Promise<void> {
  const { command, environment, started } = circumstances;
  const { image, images = [], failed = [], result, outputs } = group;
  const { label, options, files, externalFiles, network } = await recipeOf(path, group, circumstances);
  const facts = {
    ...{ command, label, started, options, files, externalFiles },
    image: image === undefined ? null : asSeen(image, path),
    images: images.map((one) => asSeen(one, path)),
    failed: failed.map(([file, reason]) => ({ file, error: lineAbout(file, reason) })),
    network,
    result: { ...result },
    outputs: await eachValue(outputs, (one) => written(one, path)),
    environment,
  };
  await writeWhole(command, path, Buffer.from(recordText(facts)));
}

async function recipeOf(path: string, asked: Asked, circumstances: Circumstances): Promise<Recipe> {
  const { command, flags, net, named, known } = circumstances;
  const { label, options, image, images = [] } = asked;
  const asRead = (given: string | null) => read(given, path, known);
  return {
    ...{ command, label },
    options: {
      ...{ tune: false, precision: net.precision },
      ...((image !== undefined || images.length > 0) && { orientation: 'ignore', decoder: 'built-in' }),
      ...optionsOf(flags, Object.keys(named)),
      ...options,
    },
    files: await eachValue(named, asRead),
    externalFiles: await inTurn(externalFilesOf(net, flags), asRead),
    network: networkOf(net),
  };
}

/** What flags say of what is computed. */
function optionsOf(flags: FileFlags, named: readonly string[]): object {
  return Object.fromEntries(Object.entries(flags).filter(([name]) => ![...elsewhere, ...named].includes(name)));
}

/** What of a network decides beside its weights. */
function networkOf({ inputShape, preprocessing, classes }: Network): Readonly<Record<string, unknown>> {
  return { inputShape, preprocessing: preprocessing && briefly(preprocessing), classes: classes.length };
}

/** A mean image by its hash. */
function briefly({ mean, ...rest }: Preprocessing): object {
  if (!('data' in mean)) return { ...rest, mean };
  const { shape, data } = mean;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { ...rest, mean: { shape, sha256: createHash('sha256').update(bytes).digest('hex') } };
}

function externalFilesOf({ model }: Network, flags: FileFlags): string[] {
  return (model.externalFiles ?? []).map((name) => join(dirname(flags.model!), name));
}

/** As the record at `record` tells of a file that was read. */
async function read(given: string | null, record: string, known: KnownFiles): Promise<ReadFile> {
  if (given === null) return { path: null, given, ...(await known.factsOf(shippedModel)) };
  return { path: pathFrom(record, given), given, ...(await known.factsOf(given)) };
}

function asSeen({ path, ...facts }: SeenFile, record: string): ReadFile {
  return { path: pathFrom(record, path), given: path, ...facts };
}

async function written(path: string, record: string): Promise<WrittenFile> {
  return { path: pathFrom(record, path), ...(await factsOf(path)) };
}

/** The path of a file from a record's folder, so that both can be moved together. */
function pathFrom(record: string, path: string): string {
  return relative(dirname(resolve(record)), resolve(path))
    .split(sep)
    .join('/');
}

/** One after the other: there may be more files than can be open at a time. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** The same for what is there of an object's values, under their keys. */
async function eachValue<T, R>(
  values: Readonly<Record<string, T | undefined>>,
  work: (value: T) => Promise<R>,
): Promise<Record<string, R>> {
  const present = Object.entries(values).filter((entry): entry is [string, T] => entry[1] !== undefined);
  return Object.fromEntries(await inTurn(present, async ([key, value]) => [key, await work(value)] as const));
}
