import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { shown } from '../check.js';
import { DeepInsideError } from '../errors.js';
import type { ClassName } from '../formats/model.js';
import { looksLike, sniff } from '../image/sniff.js';

const imagenet = new URL('../../models/imagenet-classes.json', import.meta.url);
const expectedText = 'UTF-8 text with a line for each class, or JSON in a file that ends in .json';
const expectedJson = 'a JSON array with a name or { name, wnid } for each class';

/**
 * The entries of a file of class names: of a .json file an array, of names or of { name, wnid }; of any other, UTF-8 text,
 * a line per class, which may begin with a WNID ("n01443537 goldfish"). 'imagenet' stands for the 1000 classes of ILSVRC
 * 2012 in the order of their WNIDs, as most networks have them.
 *
 * @throws  ERR_IO where the file cannot be read; ERR_FORMAT where it is neither text nor such an array
 */
export async function readClassNames(where: string, source: string): Promise<readonly unknown[]> {
  const bytes = await readFile(source === 'imagenet' ? imagenet : source).catch((cause: unknown) => {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new DeepInsideError('ERR_IO', `${where}: names: ${said}; give 'imagenet', a path, or an array`, { cause });
  });
  const text = textOf(source, bytes);
  if (source === 'imagenet' || extname(source).toLowerCase() === '.json') return entriesOf(source, text);
  return text.trimEnd().split(/\r?\n/).map(classOfLine);
}

/** Bytes of another kind, such as those of an image, are no text. */
function textOf(source: string, bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // told below
  }
  const got = sniff(bytes) ? 'an image' : looksLike(bytes);
  throw new DeepInsideError('ERR_FORMAT', `${source}: class names must be ${expectedText}, got ${got}`);
}

function entriesOf(source: string, text: string): readonly unknown[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new DeepInsideError('ERR_FORMAT', `${source}: class names must be ${expectedJson}, got ${said}`, { cause });
  }
  if (Array.isArray(list)) return list;
  throw new DeepInsideError('ERR_FORMAT', `${source}: class names must be ${expectedJson}, got ${shown(list)}`);
}

function classOfLine(line: string): ClassName {
  const [, wnid = null, name] = /^(?:(n\d{8})\s+)?(.*)$/s.exec(line)!;
  return { name: name || null, wnid };
}
