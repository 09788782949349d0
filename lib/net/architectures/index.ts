import { argumentError, nearest } from '../../check.js';
import { alexnet } from './alexnet.js';
import type { Architecture } from './builder.js';
import { cnnF, paper } from './paper.js';
import { squeezenet10, squeezenet11 } from './squeezenet.js';
import { vgg16 } from './vgg16.js';

export type { Architecture };

const builders = {
  paper,
  simonyan2013: paper,
  'cnn-f': cnnF,
  alexnet,
  vgg16,
  squeezenet1_0: squeezenet10,
  squeezenet1_1: squeezenet11,
};

export type ArchitectureName = keyof typeof builders;

/** `name` if it is that of a built-in architecture. */
export function architectureName(where: string, name: unknown): ArchitectureName {
  const names = Object.keys(builders) as ArchitectureName[];
  if (names.includes(name as ArchitectureName)) return name as ArchitectureName;
  const [near] = typeof name === 'string' ? nearest(name, names) : [];
  const expected = `one of ${names.map((known) => `'${known}'`).join(', ')}`;
  throw argumentError(where, 'name', expected, name, near && `did you mean '${near}'?`);
}

/** A built-in architecture with that many classes. */
export function architecture(name: ArchitectureName, classes: number): Architecture {
  return builders[name](classes);
}
