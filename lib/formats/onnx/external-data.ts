import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { shown } from '../../check.js';
import { DeepInsideError } from '../../errors.js';
import { formatError } from '../refusal.js';
import type { OnnxTensor } from './proto.js';
import { byteSize, described } from './tensor.js';

/**
 * Reads the tensors that lie in files beside the model, as exporters write them for large networks.
 *
 * @param where   the model's path, for messages
 * @param folder  the model's folder; null where the model came as bytes
 * @returns       the bytes of each tensor that has external data
 * @throws        ERR_FORMAT where a location leaves the folder (absolute, with `..`, through a symbolic link) or a
 *                range does not fit tensor or file; ERR_IO where the file cannot be read
 */
export async function readExternalData(
  tensors: readonly OnnxTensor[],
  where: string,
  folder: string | null,
): Promise<Map<OnnxTensor, Uint8Array>> {
  const data = new Map<OnnxTensor, Uint8Array>();
  for (const [location, group] of byLocation(tensors)) {
    const at = `${where}: ${described(group[0]!)} has its data in ${shown(location)}`;
    if (folder === null) throw formatError(at, 'the model came as bytes; give its path, so that the file can be found');
    const file = await openBeside(folder, location, at);
    try {
      await readRanges(file, group, where, data);
    } finally {
      await file.close();
    }
  }
  return data;
}

/** The paths of these files, from the model's folder. */
export function externalFilesOf(tensors: readonly OnnxTensor[]): string[] {
  return [...byLocation(tensors).keys()];
}

function byLocation(tensors: readonly OnnxTensor[]): Map<string, OnnxTensor[]> {
  const groups = new Map<string, OnnxTensor[]>();
  for (const tensor of tensors) {
    if (!tensor.external) continue;
    const location = tensor.external.get('location') ?? '';
    const group = groups.get(location);
    if (group) group.push(tensor);
    else groups.set(location, [tensor]);
  }
  return groups;
}

/** A model is untrusted: it may name no file but those in its own folder. */
async function openBeside(folder: string, location: string, at: string): Promise<FileHandle> {
  const parts = location.split('/');
  if (parts.some((part) => part === '' || part === '..') || /[\\:\0]/.test(location)) {
    throw formatError(at, 'only a relative path inside the model\'s folder is followed, without ".."');
  }
  try {
    const path = join(await realpath(folder), ...parts);
    if ((await realpath(path)) !== path)
      throw formatError(at, 'symbolic links are not followed; put the file itself there');
    if (!(await stat(path)).isFile()) throw formatError(at, 'that is not a regular file');
    return await open(path, 'r');
  } catch (cause) {
    if (cause instanceof DeepInsideError) throw cause;
    const remedy = 'keep the model and its data in one folder';
    throw new DeepInsideError('ERR_IO', `${at}, which cannot be read (${(cause as Error).message}); ${remedy}`, {
      cause,
    });
  }
}

async function readRanges(
  file: FileHandle,
  tensors: readonly OnnxTensor[],
  where: string,
  data: Map<OnnxTensor, Uint8Array>,
): Promise<void> {
  const available = (await file.stat()).size;
  let claimed = 0;
  const ranges = tensors.map((tensor) => {
    const range = rangeOf(tensor, available, where);
    claimed += range.length;
    return { tensor, ...range };
  });
  // Without this, many tensors over the same bytes would make a small file ask for any amount of memory.
  if (claimed > available) {
    throw formatError(where, `its external tensors claim ${claimed} bytes of a file of ${available}: they overlap`);
  }
  for (const { tensor, offset, length } of ranges) {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0)
        throw formatError(where, `${described(tensor)}: its external file became shorter while it was read`);
      done += bytesRead;
    }
    data.set(tensor, bytes);
  }
}

function rangeOf(tensor: OnnxTensor, available: number, where: string): { offset: number; length: number } {
  const offset = Number(tensor.external!.get('offset') ?? 0);
  const needed = byteSize(tensor, where);
  const length = Number(tensor.external!.get('length') ?? needed);
  if (length === needed && Number.isSafeInteger(offset) && offset >= 0 && offset + length <= available)
    return { offset, length };
  const claim = `${length} bytes from ${offset} of an external file of ${available}`;
  throw formatError(where, `${described(tensor)} claims ${claim}; its shape and type need ${needed}`);
}
