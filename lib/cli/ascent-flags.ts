import { InvalidArgumentError, type Command } from 'commander';
import type { AscentSettings, ClassModelOptions, ClassModelPreset, Optimiser, Schedule } from '../index.js';
import { scores } from '../net/edit-graph.js';
import { choice, count, numberFrom, wholeFrom } from './options.js';

/** How an image ascends: the options of classModel, but for the seeds. */
type AscentOptions = Omit<ClassModelOptions, 'seed' | 'onProgress' | 'signal'>;

/** False is what --no-blur and --no-scales say. */
export interface AscentFlags extends Omit<AscentOptions, 'blur' | 'scales'> {
  readonly blur?: NonNullable<AscentSettings['blur']> | false;
  readonly scales?: AscentSettings['scales'] | false;
}

/** Choice: so many classes ascend in one call; what is done is written before the next begin. */
export const atOnce = 8;

const presets: readonly ClassModelPreset[] = ['paper', 'robust'];
const schedules: readonly Schedule[] = ['constant', 'linear', 'cosine'];
const optimisers: readonly Optimiser[] = ['plain', 'momentum', 'adam'];

/** What they are by default, the preset says. */
export function addAscentOptions(command: Command): Command {
  return command
    .addOption(
      choice('--preset <name>', "'paper' (default): Eq. 1 alone; 'robust': pictures that people know", presets),
    )
    .option('--steps <n>', 'of the ascent', count)
    .option('--lambda <number>', 'weight of the squared norm in Eq. 1', numberFrom(0))
    .option('--learning-rate <number>', 'eta: how far a step goes', numberFrom(0))
    .addOption(choice('--schedule <name>', 'how the learning rate goes down', schedules))
    .addOption(choice('--optimiser <name>', 'how steps are made of gradients', optimisers))
    .option('--momentum <number>', 'part of the last step that is made again, below 1', numberFrom(0))
    .addOption(choice('--score <score>', 'of a class, what is maximised', scores))
    .option('--noise <levels>', 'standard deviation of a random start, instead of the mean image', numberFrom(0))
    .option('--jitter <pixels>', 'how far the image is rolled at random in each step', wholeFrom(0))
    .option('--scales <list>', 'sigmas that the gradient is smoothed with, such as 1,2,4', scales)
    .option('--no-scales', 'take it as it is')
    .option('--normalise', 'divide gradients by their root mean square')
    .option('--no-normalise', 'leave them as they are')
    .option('--chroma <share>', "what is left of the gradient's differences between colours, 0 to 1", numberFrom(0))
    .option('--total-variation <weight>', 'of the total variation that is taken off the score', numberFrom(0))
    .option('--blur <every,first,last>', 'blur after every n steps, by sigmas from first to last', blur)
    .option('--no-blur', 'never blur')
    .option('--decay <share>', 'of the image that each step takes away', numberFrom(0))
    .option('--clip', 'keep pixels to 0-255')
    .option('--no-clip', 'let them go where they want')
    .option('--snapshots <n>', 'write the picture after every n steps too', count);
}

const names: readonly (keyof AscentOptions)[] = [
  ...(['preset', 'steps', 'lambda', 'learningRate', 'schedule', 'optimiser', 'momentum', 'score', 'noise'] as const),
  ...(['jitter', 'scales', 'normalise', 'chroma', 'totalVariation', 'blur', 'decay', 'clip', 'snapshots'] as const),
];

export function ascentOptionsOf(flags: AscentFlags): AscentOptions {
  const given = names.filter((name) => flags[name] !== undefined);
  const { blur, scales } = flags;
  const options = { ...flags, blur: blur === false ? null : blur, scales: scales === false ? [] : scales };
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}

function scales(text: string): readonly number[] {
  return numbers(text, 'They must be numbers such as 1,2,4.');
}

function blur(text: string): AscentSettings['blur'] {
  const problem = 'It must be every,first,last such as 4,1.5,0.4.';
  const [every, first, last, ...more] = numbers(text, problem);
  if (last === undefined || more.length > 0) throw new InvalidArgumentError(problem);
  return { every: every!, sigma: [first!, last] };
}

function numbers(text: string, problem: string): readonly number[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (values.every(Number.isFinite)) return values;
  throw new InvalidArgumentError(problem);
}
