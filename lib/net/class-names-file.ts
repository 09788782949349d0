import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { DeepInsideError } from '../errors.js';
import type { ClassName } from '../formats/model.js';

const imagenet = new URL('../../models/imagenet-classes.json', import.meta.url);

/**
 * The class names that a file lists: JSON, an array of names or of { name, wnid }; or text, a line per class, which may
 * begin with a WNID ("n01443537 goldfish"). 'imagenet' stands for the 1000 classes of ILSVRC 2012 in the order of their
 * WNIDs, as most networks have them.
 */
export async function readClassNames(where: string, source: string): Promise<unknown> {
  const path = source === 'imagenet' ? imagenet : source;
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new DeepInsideError('ERR_IO', `${where}: names: ${said}; give 'imagenet', a path, or an array`, { cause });
  });
  if (source !== 'imagenet' && extname(source) !== '.json') return text.trimEnd().split(/\r?\n/).map(classOfLine);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new DeepInsideError('ERR_FORMAT', `${source}: class names must be JSON, got ${said}`, { cause });
  }
}

function classOfLine(line: string): ClassName {
  const [, wnid = null, name] = /^(?:(n\d{8})\s+)?(.*)$/.exec(line)!;
  return { name: name || null, wnid };
}
