import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FileFacts } from '#lib/cli/file-facts.js';

/** Hash and size of a file. */
export function factsOfFile(path: string): FileFacts {
  const bytes = readFileSync(path);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

/**
 * A run of each command that writes files, by its arguments but for --out; `photo` is one image, `folder` holds some, and
 * `model` is a file with a network of 1000 classes with other names than ImageNet's.
 */
export function writingCommands(photo: string, folder: string, model: string): string[][] {
  return [
    ['saliency', photo, '--model', model, '--names', 'imagenet', '--preprocessing', 'caffe'],
    ['saliency', photo, '--class', '404', '--class', '7', '--ten-crops', '--rule', 'guided'],
    ['saliency', folder, '--top', '2', '--signed', '--frame', 'image', '--figure', 'all.png'],
    ['explain', photo, '--method', 'smooth-grad', '--samples', '3', '--seed', '5'],
    ['explain', photo, '--method', 'integrated-gradients', '--steps', '4', '--baseline', photo],
    ['explain', photo, '--method', 'grad-cam'],
    ['explain', photo, '--method', 'occlusion', '--window', '76', '--stride', '76'],
    ['explain', photo, '--method', 'input-times-gradient', '--score', 'unclipped'],
    ['reconstruct', photo, '--layer', 'fire5/concat', '--channel', '148'],
    ['reconstruct', photo, '--class', '404', '--class', '7', '--to', 'fire2/concat'],
    ['top-activations', folder, '--layer', 'fire8/concat', '--channels', '3,5', '--count', '2'],
    ['class-model', '--class', '1', '--class', '340', '--seed', '1', '--seed', '2', '--noise', '2', '--steps', '3'],
    ['report', folder, '--method', 'gradient', '--method', 'deconvnet', '--no-timings'],
    [
      'class-model',
      '--layer',
      'fire9/concat',
      '--channel',
      '17',
      '--preset',
      'robust',
      '--steps',
      '3',
      '--figure',
      'f.png',
    ],
  ];
}
