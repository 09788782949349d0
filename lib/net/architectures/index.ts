import { oneOf } from '../../check.js';
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

/** A built-in architecture with that many classes. */
export function architecture(name: string, classes: number): Architecture {
  const names = Object.keys(builders) as ArchitectureName[];
  return builders[oneOf('createNetwork', 'name', name, names)](classes);
}
