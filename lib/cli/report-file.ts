import { open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Html } from '../gallery/markup.js';
import { DeepInsideError } from '../index.js';
import { recordPath } from './record.js';
import type { Lap } from './stopwatch.js';

/** A part of a report that stands for itself, such as what is shown of one image. */
export interface Section {
  /** Of everything that decides what it shows: 64 hexadecimal digits. */
  readonly key: string;
  readonly text: string;
  /** How long what it shows took. */
  readonly times: readonly Lap[];
}

/** Where a report lies while it is being made. */
export function unfinishedPath(path: string): string {
  const ending = extname(path);
  return `${path.slice(0, path.length - ending.length)}.unfinished${ending}`;
}

/** Where the record of a report lies. */
export function reportRecord(path: string): string {
  return recordPath(path.slice(0, path.length - extname(path).length), 'report');
}

/**
 * A report that is being written, section by section, to a file of its own, which is renamed at the end: what is there
 * after an interruption can be looked at, and its sections can be used again.
 */
export class ReportFile {
  readonly #path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** Begins the report that will lie at `path`. */
  static async begin(path: string, head: Html): Promise<ReportFile> {
    const file = await writing(path, () => open(unfinishedPath(path), 'w'));
    const report = new ReportFile(path, file);
    await report.#append(head.text);
    return report;
  }

  async add({ key, text, times }: Section): Promise<void> {
    await this.#append(`<!--section ${key}-->\n${text}<!--end ${key} ${JSON.stringify(times)}-->\n`);
  }

  async end(tail: Html): Promise<number> {
    await this.#append(tail.text);
    const { size } = await this.#file.stat();
    await this.close();
    await writing(this.#path, () => rename(unfinishedPath(this.#path), this.#path));
    return size;
  }

  /** Leaves the report as far as it is. */
  async close(): Promise<void> {
    await this.#file.close();
  }

  async #append(text: string): Promise<void> {
    await writing(this.#path, () => this.#file.appendFile(text));
  }
}

async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  return write().catch((cause: Error) => {
    throw new DeepInsideError('ERR_IO', `report: cannot write ${path}: ${cause.message}; name another with --out`, {
      cause,
    });
  });
}

const whole = /<!--section ([0-9a-f]{64})-->\n(.*?)<!--end \1 (\[.*?\])-->\n/gs;

/** The whole sections of a report that was made or begun before, finished or not, by their keys. */
export async function sectionsAt(path: string): Promise<ReadonlyMap<string, Section>> {
  const sections = new Map<string, Section>();
  for (const one of [path, unfinishedPath(path)]) {
    const text = await readFile(one, 'utf8').catch(() => '');
    for (const [, key, section, times] of text.matchAll(whole)) {
      sections.set(key!, { key: key!, text: section!, times: JSON.parse(times!) as Section['times'] });
    }
  }
  return sections;
}
