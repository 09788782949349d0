import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { OpenFile } from '../image/write-whole.js';
import { DeepInsideError } from '../index.js';
import type { Lap } from './stopwatch.js';

/** A part of a report that stands for itself, such as what is shown of one image. */
export interface Section {
  /** Of everything that decides what it shows: 64 hexadecimal digits. */
  readonly key: string;
  readonly text: string;
  /** How long what it shows took. */
  readonly times: readonly Lap[];
}

/** Where a section lies in a file, with the comments around it. */
export interface PlacedSection extends Pick<Section, 'key' | 'times'> {
  readonly path: string;
  /** Of its first byte. */
  readonly start: number;
  readonly bytes: number;
}

/** The key of a section that all of this decides. */
export function keyOf(...decisive: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex');
}

/** A section between two comments, by which it is found again. */
export function marked({ key, text, times }: Section): string {
  return `<!--section ${key} ${Buffer.byteLength(text)}-->\n${text}<!--end ${key} ${JSON.stringify(times)}-->\n`;
}

/** Appends a part of a file to another. */
export async function copyPart(
  { path, start, bytes }: Pick<PlacedSection, 'path' | 'start' | 'bytes'>,
  to: OpenFile,
): Promise<void> {
  const part = createReadStream(path, { start, end: start + bytes - 1 }) as AsyncIterable<Buffer>;
  for await (const piece of part) await to.appendFile(piece);
}

/**
 * The whole sections of a page that was made or begun before; none where there is no page. Sections are skipped, not
 * read, so that a page may be larger than a string or the memory.
 */
export async function sectionsIn(path: string): Promise<PlacedSection[]> {
  try {
    const file = await open(path);
    try {
      return await sectionsOf(file, path);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    const message = `--resume: cannot read ${path} (${(cause as Error).message}); go without, or name another with --out`;
    throw new DeepInsideError('ERR_IO', message, { cause });
  }
}

/** How much is read at a time, in bytes; more than the longest comment. */
const chunk = 2 ** 18;
const longest = 120;
const opening = /<!--section ([0-9a-f]{64}) (\d+)-->\n/;
const closing = /^<!--end ([0-9a-f]{64}) (\[.*?\])-->\n/;

async function sectionsOf(file: FileHandle, path: string): Promise<PlacedSection[]> {
  const sections: PlacedSection[] = [];
  for (let at = 0; ;) {
    const text = await latin1At(file, at);
    const begun = opening.exec(text);
    if (begun === null) {
      if (text.length < chunk) return sections;
      at += chunk - longest; // a comment may begin in this chunk and end in the next
      continue;
    }
    const [comment, key, length] = begun as unknown as [string, string, string];
    const start = at + begun.index;
    at = start + comment.length;
    const ended = closing.exec(await latin1At(file, at + Number(length)));
    if (ended?.[1] !== key) continue; // it was cut off
    at += Number(length) + ended[0].length;
    const times = JSON.parse(Buffer.from(ended[2]!, 'latin1').toString()) as Section['times'];
    sections.push({ key, path, start, bytes: at - start, times });
  }
}

/** A character for each byte. */
async function latin1At(file: FileHandle, at: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(chunk), 0, chunk, at);
  return buffer.toString('latin1', 0, bytesRead);
}
