import { readFile } from 'node:fs/promises';
import {
  anything,
  dictionary,
  integerFrom,
  list,
  oneOf,
  orNull,
  record,
  text,
  textLike,
  type Field,
} from '../formats/json-fields.js';
import { DeepInsideError } from '../index.js';
import type { FileFacts } from './file-facts.js';

/** Tells a record from every other JSON. */
const format = 'deep-inside record';
/** Of what stands in a record; a reader refuses another. */
const version = 1;

/** A file that was read. */
export interface ReadFile extends FileFacts {
  /** From the record's folder, with `/`; null for what comes with this package. */
  readonly path: string | null;
  /** As the user gave it. */
  readonly given: string | null;
}

/** A file that was written. */
export interface WrittenFile extends FileFacts {
  /** From the record's folder, with `/`. */
  readonly path: string;
}

/** A file that could not be looked at. */
export interface FailedFile {
  /** As the user gave it. */
  readonly file: string;
  readonly error: string;
}

/** On what something was computed. */
export interface Environment {
  /** Of this package. */
  readonly version: string;
  readonly node: string;
  /** Which compresses PNG files. */
  readonly zlib: string;
  readonly platform: string;
  /** Version of the package sharp where that decoded, else null. */
  readonly sharp: string | null;
  readonly device: {
    readonly kind: 'cpu' | 'cuda';
    /** With the instruction set of the CPU's kernels. */
    readonly name: string;
    readonly threads: number | null;
    /** Names and versions. */
    readonly libraries: string;
    /** SHA-256 of the native module. */
    readonly module: string;
  };
}

type Json = Readonly<Record<string, unknown>>;

/** How files that belong together came about: those of one image and class, say. Written beside them, after them. */
export interface FileRecord {
  readonly command: string;
  /** Which of the groups of files that the command makes it tells of, such as '281'; '' where there is one. */
  readonly label: string;
  /** When the command was begun. */
  readonly started: string;
  /** All that decides, under the names of the API and the command line, defaults included. */
  readonly options: Json;
  /** The files that options name. */
  readonly files: Readonly<Record<string, ReadFile>>;
  /** What else the model's weights came from. */
  readonly externalFiles: readonly ReadFile[];
  /** The one image that was looked at, or null. */
  readonly image: ReadFile | null;
  /** The images that were looked at together. */
  readonly images: readonly ReadFile[];
  /** What was to be looked at with them, where what is written tells of it instead. */
  readonly failed: readonly FailedFile[];
  /** Input shape, preprocessing and number of classes. */
  readonly network: Json;
  /** What the command tells beside the files: predictions and the like. */
  readonly result: Json;
  /** By their kinds. */
  readonly outputs: Readonly<Record<string, WrittenFile>>;
  readonly environment: Environment;
}

/** Where the record of a group of files goes, of which `base` is the path without its endings. */
export function recordPath(base: string, command: string): string {
  return `${base}.${command}.json`;
}

export function recordText(facts: FileRecord): string {
  return `${JSON.stringify({ format, version, ...facts }, null, 1)}\n`;
}

const facts = {
  sha256: textLike(/^[0-9a-f]{64}$/, 'a SHA-256 of 64 hexadecimal digits'),
  bytes: integerFrom(0),
};
const readFields = record<ReadFile>({ ...facts, path: orNull(text), given: orNull(text) });
const json = dictionary(anything);

const recordFields: Field<FileRecord> = record<FileRecord>({
  command: text,
  label: text,
  started: text,
  options: json,
  files: dictionary(readFields),
  externalFiles: list(readFields),
  image: orNull(readFields),
  images: list(readFields),
  failed: list(record<FailedFile>({ file: text, error: text })),
  network: json,
  result: json,
  outputs: dictionary(record<WrittenFile>({ ...facts, path: text })),
  environment: record<Environment>({
    version: text,
    node: text,
    zlib: text,
    platform: text,
    sharp: orNull(text),
    device: record<Environment['device']>({
      kind: oneOf('cpu', 'cuda'),
      name: text,
      threads: orNull(integerFrom(1)),
      libraries: text,
      module: facts.sha256,
    }),
  }),
});

/**
 * Reads a record.
 *
 * @throws  ERR_IO where it cannot be read; ERR_FORMAT where it is none, of another version, or lacks something
 */
export async function readRecord(path: string): Promise<FileRecord> {
  const value = await parsed(path);
  const given = typeof value === 'object' && value !== null ? (value as { format?: unknown; version?: unknown }) : {};
  if (given.format !== format) {
    throw refusal(path, `a record of deep-inside was expected, got other JSON; give the .json beside what it wrote`);
  }
  if (given.version !== version) {
    const found = JSON.stringify(given.version) ?? 'none';
    throw refusal(path, `the record has version ${found}; this deep-inside reads version ${version}, take the other`);
  }
  const record = recordFields(path, 'the record', value);
  if (Object.keys(record.outputs).length === 0) throw refusal(path, 'the record.outputs must name a file, got none');
  return record;
}

async function parsed(path: string): Promise<unknown> {
  const bytes = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new DeepInsideError('ERR_IO', `${path}: cannot be read (${cause.message})`, { cause });
  });
  try {
    return JSON.parse(bytes);
  } catch (cause) {
    throw refusal(path, `a record of deep-inside was expected, which is JSON (${(cause as Error).message})`, cause);
  }
}

function refusal(path: string, problem: string, cause?: unknown): DeepInsideError {
  return new DeepInsideError('ERR_FORMAT', `${path}: ${problem}`, { cause });
}
