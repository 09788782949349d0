import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { decoderFor, encodedImage } from '../image/index.js';
import type { Image, ReadImageOptions } from '../index.js';
import { chunk, type FileFacts } from './file-facts.js';

/** A file that was read, and what its bytes were then. */
export interface SeenFile extends FileFacts {
  readonly path: string;
}

/** The image of a file, and the facts of the very bytes that it was decoded from, whatever lies there by now. */
export async function readInput(
  path: string,
  options: ReadImageOptions,
): Promise<{ readonly img: Image; readonly seen: SeenFile }> {
  const decoded = await decoderFor(options);
  const encoded = await encodedImage(path);
  const seen = { path, bytes: encoded.bytes.length, sha256: await hashOf(encoded.bytes) };
  return { img: await decoded(encoded), seen };
}

async function hashOf(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let from = 0; from < bytes.length; from += chunk) {
    if (from > 0) await setImmediate();
    hash.update(bytes.subarray(from, from + chunk));
  }
  return hash.digest('hex');
}
