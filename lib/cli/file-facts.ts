import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { DeepInsideError } from '../index.js';

/** What tells whether a file is the same. */
export interface FileFacts {
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** How much is read at a time: a millisecond's hashing, after which the event loop has its turn. */
const chunk = 2 ** 20;

/** @throws  ERR_IO where the file cannot be read */
export async function factsOf(path: string): Promise<FileFacts> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const part of createReadStream(path, { highWaterMark: chunk }) as AsyncIterable<Buffer>) {
      hash.update(part);
      bytes += part.length;
    }
  } catch (cause) {
    throw new DeepInsideError('ERR_IO', `${path}: cannot be read (${(cause as Error).message})`, { cause });
  }
  return { sha256: hash.digest('hex'), bytes };
}
