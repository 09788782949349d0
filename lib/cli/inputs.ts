import { readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { DeepInsideError } from '../index.js';

/** A file to work on, or the reason why there is none at this path. */
export interface Input {
  readonly path: string;
  readonly problem: DeepInsideError | null;
}

const endings = ['.jpg', '.jpeg', '.png'];

/**
 * The files named and the image files that lie in the folders named, by name; none twice. A file that is named is taken
 * whatever its ending; reading it tells whether it is an image. Choice: of a folder, what other commands have written is
 * left out: maps, overlays, reconstructions, sheets of units, class models, figures and their records, where what tells
 * it from a photograph lies beside it, such as NAME.map.npy or X.figure.json.
 *
 * @returns  the inputs, and notes on what was left out of folders
 */
export async function expand(paths: readonly string[]): Promise<{ inputs: Input[]; notes: string[] }> {
  const inputs = new Map<string, Input>();
  const notes: string[] = [];
  for (const path of paths) {
    const found = (await isFolder(path)) ? await imagesIn(path) : { inputs: [{ path, problem: null }], notes: [] };
    for (const input of found.inputs) {
      if (!inputs.has(resolve(input.path))) inputs.set(resolve(input.path), input);
    }
    notes.push(...found.notes);
  }
  return { inputs: [...inputs.values()], notes };
}

/** What does not exist is no folder: reading it as a file says so. */
async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

async function imagesIn(folder: string): Promise<{ inputs: Input[]; notes: string[] }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => asError(folder, cause));
  if (entries instanceof DeepInsideError) return { inputs: [{ path: folder, problem: entries }], notes: [] };
  const shown = entries.filter(({ name }) => !name.startsWith('.'));
  const [folders, files] = parted(shown, (entry) => entry.isDirectory());
  const [outputs, rest] = parted(files, isOutputAmong(new Set(files.map(({ name }) => name))));
  const [images, strange] = parted(rest, ({ name }) => endings.includes(extname(name).toLowerCase()));
  const counts = [
    count(outputs.length, 'output', ' of an earlier run'),
    count(strange.length, 'other file'),
    count(folders.length, 'folder'),
  ];
  const others = counts.filter(Boolean);
  if (images.length === 0) {
    const message = `${folder}: a folder with ${endings.join(', ')} files was expected, got ${others.join(' and ') || 'an empty one'}`;
    return { inputs: [{ path: folder, problem: new DeepInsideError('ERR_IO', message) }], notes: [] };
  }
  const names = images.map(({ name }) => name).sort();
  const inputs = names.map((name) => ({ path: join(folder, name), problem: null }));
  return { inputs, notes: others.length > 0 ? [`${folder}: skipped ${others.join(' and ')}`] : [] };
}

/** What commands write, and the ending of what lies beside it then: the values, which are written first, or the record. */
const written = [
  { pattern: /^(.+)\.(?:map\.npy|map\.png|overlay\.png|saliency\.json|explain\.json)$/, beside: '.map.npy' },
  { pattern: /^(.+)\.(?:reconstruction\.(?:npy|png)|reconstruct\.json)$/, beside: '.reconstruction.npy' },
  { pattern: /^(.+)\.(?:top\.(?:json|\d+\.png)|top-activations\.json)$/, beside: '.top.json' },
  { pattern: /^(.+?)\.(?:(?:step-\d+\.)?png|npy|json|class-model\.json)$/, beside: '.class-model.json' },
  { pattern: /^(.+)\.(?:localisation\.png|mask\.png|localise\.json)$/, beside: '.localise.json' },
  { pattern: /^(.+)\.(?:png|figure\.json)$/i, beside: '.figure.json' },
];

function isOutputAmong(names: ReadonlySet<string>): (entry: { readonly name: string }) => boolean {
  return ({ name }) =>
    written.some(({ pattern, beside }) => {
      const base = pattern.exec(name)?.[1];
      return base !== undefined && names.has(base + beside);
    });
}

/** Those that `belongs` accepts, and the others. */
function parted<T>(all: readonly T[], belongs: (one: T) => boolean): [T[], T[]] {
  return [all.filter(belongs), all.filter((one) => !belongs(one))];
}

function count(n: number, noun: string, more = ''): string {
  return n === 0 ? '' : `${n} ${noun}${n === 1 ? '' : 's'}${more}`;
}

function asError(folder: string, cause: unknown): DeepInsideError {
  return new DeepInsideError('ERR_IO', `${folder}: cannot be listed: ${(cause as Error).message}`, { cause });
}
