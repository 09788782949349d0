import { InvalidArgumentError, Option, type Command } from 'commander';
import type {
  ClassChoice,
  DeviceChoice,
  InputShape,
  NetworkOptions,
  PreprocessingChoice,
  ReadImageOptions,
} from '../index.js';
import { lrnRules, reluRules } from '../net/gradient-request.js';
import { precisions } from '../net/rounding.js';
import { regions } from '../net/ten-crops.js';

export const devices: readonly DeviceChoice[] = ['auto', 'cpu', 'cuda'];
const orientations: readonly NonNullable<ReadImageOptions['orientation']>[] = ['ignore', 'exif'];
const decoders: readonly NonNullable<ReadImageOptions['decoder']>[] = ['built-in', 'sharp'];

/** How results and messages are printed. */
export interface PrintingFlags {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

/** Which network, on which device. */
export interface NetworkFlags extends Pick<NetworkOptions, 'preprocessing' | 'precision' | 'tune'> {
  readonly model?: string;
  readonly architecture?: string;
  readonly names?: string;
  readonly inputShape?: InputShape;
  readonly device: DeviceChoice;
  readonly threads?: number;
}

/** What the commands over images have in common. */
export interface FileFlags extends NetworkFlags, PrintingFlags, ReadImageOptions {}

export function addPrintingOptions(command: Command): Command {
  return command
    .option('--json', 'results as JSON, one object per line')
    .option('--quiet', 'no progress and no notes on stderr')
    .option('--debug', 'print the stack of an error');
}

export function addNetworkOptions(command: Command): Command {
  return command
    .option('--architecture <name>', 'built-in architecture whose weights the model file holds, such as vgg16')
    .option(
      '--preprocessing <choice>',
      "'torchvision', 'caffe' or a JSON object; default: the file's own",
      preprocessing,
    )
    .option(
      '--input-shape <c,rows,cols>',
      'of ONNX files that leave their input open, and of --architecture, such as 3,224,224',
      inputShape,
    )
    .option(
      '--names <list>',
      "class names: 'imagenet', or a file with a line for each class or, as .json, an array; default: the model file's own",
    )
    .addOption(choice('--device <kind>', 'where to compute', devices).default('auto'))
    .option('--threads <n>', 'of the CPU; default: the physical cores', count);
}

/** Of the commands that compute something. */
function addComputingOptions(command: Command): Command {
  return command
    .addOption(
      choice(
        '--precision <type>',
        'to which products may be rounded where the device is faster that way; default: float32',
        precisions,
      ),
    )
    .option(
      '--tune',
      'time the algorithms for each new shape, and remember the fastest for the next time; the first image takes ' +
        'seconds longer, more for larger networks and batches',
    );
}

/** Of commands that read no images. */
export function addModelOption(command: Command): Command {
  return addPrintingOptions(addComputingOptions(addNetworkOptions(modelOption(command))));
}

function modelOption(command: Command): Command {
  return command.option('--model <file>', 'ONNX or safetensors; default: the SqueezeNet 1.1 in the box');
}

export function addFileOptions(command: Command): Command {
  modelOption(command);
  return addPrintingOptions(
    addComputingOptions(addNetworkOptions(command))
      .addOption(choice('--orientation <how>', "what to do with a photograph's EXIF orientation", orientations))
      .option('--max-pixels <n>', 'refuse larger images', count)
      .addOption(
        choice(
          '--decoder <name>',
          'built-in (default), or the package sharp: other roundings, so other maps',
          decoders,
        ),
      ),
  );
}

/** How images are read. */
export function imageOptions({ orientation, maxPixels, decoder }: FileFlags): ReadImageOptions {
  return { orientation, maxPixels, decoder };
}

/** `--region`, and `--merge` where the command has it, are refused without `--ten-crops`. */
export function addTenCropOptions(command: Command): Command {
  return command
    .option('--ten-crops', 'of four corners, the centre and their mirror images, instead of the centre alone')
    .addOption(choice('--region <region>', 'corners of the whole image (default) or of its central square', regions))
    .hook('preAction', () => {
      const { tenCrops, region, merge } = command.opts<{ tenCrops?: true; region?: string; merge?: string }>();
      const alone = region !== undefined ? '--region' : merge !== undefined ? '--merge' : null;
      if (!tenCrops && alone) command.error(`error: option '${alone}' needs --ten-crops`);
    });
}

/** How a signal goes back, where that is DeconvNet's way unless told otherwise. */
export function addRuleOptions(command: Command): Command {
  return command
    .addOption(choice('--rule <rule>', 'how ReLUs pass the signal back; default: deconvnet', reluRules))
    .addOption(choice('--lrn <rule>', 'how LRN does: by its gradient (default), or as if it were not there', lrnRules));
}

/** An option of a few choices; where they are the library's own, their type says so. */
export function choice(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, description).choices(choices);
}

/** A parser that adds one more of a few choices, each once. */
export function oneMore<T extends string>(
  choices: readonly T[],
): (text: string, before?: readonly T[]) => readonly T[] {
  return (text, before = []) => {
    if (choices.includes(text as T)) return [...new Set([...before, text as T])];
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
  };
}

export const count = wholeFrom(1);

/** A parser of whole numbers from `least` on. */
export function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
  };
}

/** A parser of numbers from `least` on. */
export function numberFrom(least: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (Number.isFinite(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a number of at least ${least}.`);
  };
}

export function folder(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('It must be a folder; . is the one you are in.');
}

/** Adds one more `--class`. Choice: digits are an index, even where a class has such a name. */
export function classes(text: string, before: readonly ClassChoice[] = []): readonly ClassChoice[] {
  return [...before, /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text];
}

function inputShape(text: string): InputShape {
  const sides = text.split(',').map(Number);
  if (sides.length === 3 && sides.every((side) => Number.isInteger(side) && side >= 1))
    return sides as [number, number, number];
  throw new InvalidArgumentError('It must be channels,rows,cols such as 3,224,224.');
}

export function preprocessing(text: string): PreprocessingChoice {
  if (!text.trimStart().startsWith('{')) return text as PreprocessingChoice;
  try {
    return JSON.parse(text) as PreprocessingChoice;
  } catch (cause) {
    throw new InvalidArgumentError(`It is no JSON: ${(cause as Error).message}.`);
  }
}
