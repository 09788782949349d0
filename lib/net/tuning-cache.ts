import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ConvolutionAlgorithm } from '../device/index.js';
import { makeFolder } from '../folder.js';
import { writeWhole } from '../image/write-whole.js';

/** The fastest algorithm of each direction. */
export interface TunedChoice {
  readonly forward: ConvolutionAlgorithm;
  readonly backwardData: ConvolutionAlgorithm;
}

/** All there are: a file may have been damaged, or written by another version. */
const algorithms: Readonly<Record<ConvolutionAlgorithm, true>> = {
  direct: true,
  winograd: true,
  columns: true,
  pointwise: true,
};

/** The user's cache folder; $DEEP_INSIDE_CACHE names another. */
export function cacheFolder({ env, platform }: NodeJS.Process = process): string {
  if (env.DEEP_INSIDE_CACHE) return env.DEEP_INSIDE_CACHE;
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'deep-inside');
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? homedir(), 'deep-inside');
  return join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'deep-inside');
}

/**
 * Choices under keys, each in a file of its own that is written whole, so that processes that tune at the same time
 * neither lose nor see half of each other's. The files may be deleted at any time.
 */
export class TuningCache {
  readonly #folder: string;
  readonly #known = new Map<string, Promise<TunedChoice | undefined>>();

  constructor(folder: string) {
    this.#folder = join(folder, 'tuning');
  }

  /** What was kept under the key; a file that is absent, damaged or another key's counts as none. */
  get(key: string): Promise<TunedChoice | undefined> {
    const known = this.#known.get(key) ?? readChoice(this.#pathOf(key), key);
    this.#known.set(key, known);
    return known;
  }

  /** Keeps a choice; where no file can be written, for as long as the process lives. */
  async set(key: string, { forward, backwardData }: TunedChoice): Promise<void> {
    const choice = { forward, backwardData };
    this.#known.set(key, Promise.resolve(choice));
    try {
      await makeFolder(this.#folder);
      await writeWhole('tune', this.#pathOf(key), Buffer.from(`${JSON.stringify({ key, ...choice })}\n`));
    } catch {
      return;
    }
  }

  #pathOf(key: string): string {
    return join(this.#folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  }
}

async function readChoice(path: string, key: string): Promise<TunedChoice | undefined> {
  try {
    const found = JSON.parse(await readFile(path, 'utf8')) as Partial<TunedChoice & { key: string }> | null;
    const { forward, backwardData } = found ?? {};
    return found?.key === key && isAlgorithm(forward) && isAlgorithm(backwardData)
      ? { forward, backwardData }
      : undefined;
  } catch {
    return undefined;
  }
}

function isAlgorithm(name: unknown): name is ConvolutionAlgorithm {
  return typeof name === 'string' && Object.hasOwn(algorithms, name);
}
