import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DeepInsideError } from '../index.js';
import { shippedNetwork } from '../net/load-network.js';

/** What tells whether a file is the same. */
export interface FileFacts {
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** The network in the box. */
export const shippedModel = fileURLToPath(shippedNetwork);

/** How much is hashed at a time: a millisecond, after which the event loop has its turn. */
export const chunk = 2 ** 20;

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

/** Files whose facts are found once, since they stay as they are. */
export class KnownFiles {
  readonly #found = new Map<string, Promise<FileFacts>>();

  factsOf(path: string): Promise<FileFacts> {
    const found = this.#found.get(path) ?? factsOf(path);
    this.#found.set(path, found);
    return found;
  }
}
