import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ConvolutionAlgorithm } from '../device/index.js';
import { writeWhole } from '../image/write-whole.js';

/** The fastest algorithm of each direction. */
export interface TunedChoice {
  readonly forward: ConvolutionAlgorithm;
  readonly backwardData: ConvolutionAlgorithm;
}

/** All there are: the file may have been damaged, or written by another version. */
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

/** Choices by machine and shape, in a file that may be deleted at any time. */
export class TuningCache {
  readonly #path: string;
  #choices: Promise<Record<string, TunedChoice>> | null = null;

  constructor(folder: string) {
    this.#path = join(folder, 'tuning.json');
  }

  async get(key: string): Promise<TunedChoice | undefined> {
    return (await this.#read())[key];
  }

  /** Keeps a choice; where the file cannot be written, for as long as the process lives. */
  async set(key: string, choice: TunedChoice): Promise<void> {
    const choices = await this.#read();
    choices[key] = choice;
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      await writeWhole('tune', this.#path, Buffer.from(`${JSON.stringify(choices, null, 1)}\n`));
    } catch {
      return;
    }
  }

  #read(): Promise<Record<string, TunedChoice>> {
    return (this.#choices ??= readChoices(this.#path));
  }
}

/** Nothing where there is no file, or one that is damaged. */
async function readChoices(path: string): Promise<Record<string, TunedChoice>> {
  try {
    const found: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof found !== 'object' || found === null) return {};
    return Object.fromEntries(Object.entries(found).filter(([, choice]) => isSound(choice)));
  } catch {
    return {};
  }
}

function isSound(choice: unknown): boolean {
  const { forward, backwardData } = (choice ?? {}) as Partial<TunedChoice>;
  return [forward, backwardData].every((name) => typeof name === 'string' && Object.hasOwn(algorithms, name));
}
