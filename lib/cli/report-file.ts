import { open, rm, type FileHandle } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Html } from '../gallery/markup.js';
import { fillWhole } from '../image/write-whole.js';
import { DeepInsideError } from '../index.js';
import { recordPath } from './record.js';
import { copyPart, marked, sectionsIn, type PlacedSection, type Section } from './report-sections.js';

/** Where a report lies while it is being made. */
export function unfinishedPath(path: string): string {
  const ending = extname(path);
  return `${path.slice(0, path.length - ending.length)}.unfinished${ending}`;
}

/** Where the record of a report lies. */
export function reportRecord(path: string): string {
  return recordPath(path.slice(0, path.length - extname(path).length), 'report');
}

/** Of the sections with these keys those that an earlier run has left, in a report or in an unfinished one. */
export async function sectionsLeft(path: string, keys: readonly string[]): Promise<PlacedSection[]> {
  const found = [...(await sectionsIn(path)), ...(await sectionsIn(unfinishedPath(path)))];
  const byKey = new Map(found.map((section) => [section.key, section]));
  return keys.flatMap((key) => byKey.get(key) ?? []);
}

/**
 * A report that is being written to a file of its own, to which each section is added when it is made: what is there
 * after an interruption can be looked at, and its sections can be used again. At the end they are put in order.
 */
export class ReportFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #head: number;
  #bytes: number;
  readonly #places = new Map<string, PlacedSection>();

  private constructor(path: string, file: FileHandle, head: number) {
    this.#path = path;
    this.#file = file;
    this.#head = this.#bytes = head;
  }

  /** Begins the report that will lie at `path`, with the sections that it has already: whatever ends this run, they stay. */
  static async begin(path: string, head: Html, kept: readonly PlacedSection[]): Promise<ReportFile> {
    const unfinished = unfinishedPath(path);
    await fillWhole('report', unfinished, async (file) => {
      await file.appendFile(head.text);
      for (const section of kept) await copyPart(section, file);
    });
    const report = new ReportFile(path, await open(unfinished, 'a'), Buffer.byteLength(head.text));
    for (const section of kept) report.#place(section);
    return report;
  }

  has(key: string): boolean {
    return this.#places.has(key);
  }

  /** Of what a section shows; nothing where there is none. */
  timesOf(key: string): Section['times'] {
    return this.#places.get(key)?.times ?? [];
  }

  async add(section: Section): Promise<void> {
    const text = marked(section);
    await this.#file.appendFile(text).catch((cause: Error) => {
      const message = `report: cannot write ${unfinishedPath(this.#path)}: ${cause.message}; name another with --out`;
      throw new DeepInsideError('ERR_IO', message, { cause });
    });
    this.#place({ ...section, bytes: Buffer.byteLength(text) });
  }

  /** Writes the whole report: of the sections with these keys those that are there, in this order. Gives its bytes. */
  async end(keys: readonly string[], tail: Html): Promise<number> {
    await this.close();
    const path = unfinishedPath(this.#path);
    const parts = [{ path, start: 0, bytes: this.#head }, ...keys.flatMap((key) => this.#places.get(key) ?? [])];
    await fillWhole('report', this.#path, async (file) => {
      for (const part of parts) await copyPart(part, file);
      await file.appendFile(tail.text);
    });
    await rm(path);
    return parts.reduce((sum, { bytes }) => sum + bytes, Buffer.byteLength(tail.text));
  }

  /** Leaves the report as far as it is. */
  async close(): Promise<void> {
    await this.#file.close();
  }

  #place({ key, times, bytes }: Pick<PlacedSection, 'key' | 'times' | 'bytes'>): void {
    this.#places.set(key, { key, times, bytes, path: unfinishedPath(this.#path), start: this.#bytes });
    this.#bytes += bytes;
  }
}
