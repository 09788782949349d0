import { InvalidArgumentError, type Command } from 'commander';
import type { SegmentOptions } from '../index.js';
import { presets } from '../localise/presets.js';
import { choice, count, numberFrom, wholeFrom } from './options.js';

/** What `segment` is told of the segmentation itself. */
type Settings = Omit<SegmentOptions, 'keepGrid' | 'device' | 'signal'>;

/** False is what --no-clamps and --no-cap say; the number of neighbours is checked as a word. */
export interface SegmentFlags extends Omit<Settings, 'cap' | 'neighbours'> {
  readonly cap?: number | false;
  readonly neighbours?: string;
}

/** What they are by default, the preset says. */
export function addSegmentOptions(command: Command): Command {
  return command
    .addOption(
      choice(
        '--preset <name>',
        "'iseg' (default): the energy of the authors' lab; 'grabcut': that of Rother et al. 2004",
        Object.keys(presets),
      ),
    )
    .option('--work-size <pixels>', "shorter side of the grid that is cut, or 'full'; default 256", workSize)
    .option('--quantiles <high,low>', 'of the map, that seeds lie above and below; default 0.95,0.3', limits)
    .option('--clamps <high,low>', 'above and below which labels are fixed; default 0.995,0.005', limits)
    .option('--no-clamps', 'fix none')
    .option('--components <n>', 'Gaussians of each colour model', count)
    .addOption(choice('--clustering <how>', 'of colours into Gaussians', ['binary-split', 'k-means']))
    .option('--rounds <n>', 'of k-means', count)
    .option('--seed <n>', 'of k-means', wholeFrom(0))
    .option('--covariance-floor <number>', 'added to the diagonal of covariances', numberFrom(0))
    .option('--uniform <share>', 'of a likelihood that all colours have alike', numberFrom(0))
    .option('--cap <nats>', 'the most that the colour of a pixel costs', numberFrom(0))
    .option('--no-cap', 'no limit')
    .option('--gamma <weight>', 'of an edge between pixels of equal colours', numberFrom(0))
    .option('--beta <number>', "how colours weaken an edge: 'iseg', 'grabcut' or a number", beta)
    .addOption(choice('--neighbours <n>', 'of a pixel', ['4', '8']))
    .option('--scale <number>', 'of costs, before they are rounded', numberFrom(0))
    .option('--iterations <n>', 'cuts at most', count)
    .option('--post-process', 'leave out parts that hold no seed')
    .option('--no-post-process', 'keep them');
}

const names: readonly (keyof SegmentFlags)[] = [
  ...(['preset', 'workSize', 'quantiles', 'clamps', 'components', 'clustering', 'rounds', 'seed'] as const),
  ...(['covarianceFloor', 'uniform', 'cap', 'gamma', 'beta', 'neighbours', 'scale', 'iterations'] as const),
  'postProcess',
];

export function segmentOptionsOf(flags: SegmentFlags): Settings {
  const given = names.filter((name) => flags[name] !== undefined);
  const { cap, neighbours } = flags;
  const options = { ...flags, cap: cap === false ? null : cap, neighbours: Number(neighbours) };
  return Object.fromEntries(given.map((name) => [name, options[name]]));
}

/** What a function says of its options, in the words of the command line. */
export function inFlags(message: string): string {
  return message.replace(/\b([a-z]+)(?:\.(foreground|background))?\b/gi, (words, name: string, limit?: string) => {
    if (!(names as readonly string[]).includes(name)) return words;
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return limit ? `${limit === 'foreground' ? 'high' : 'low'} of ${flag}` : flag;
  });
}

/** Of a number, or one of these words. */
function numberOr<Word extends string>(words: readonly Word[], number: (text: string) => number, expected: string) {
  return (text: string): Word | number => {
    if ((words as readonly string[]).includes(text)) return text as Word;
    try {
      return number(text);
    } catch {
      throw new InvalidArgumentError(`It must be ${expected}, or ${words.join(' or ')}.`);
    }
  };
}
const workSize = numberOr(['full'], count, 'a whole number of at least 1');
const beta = numberOr(['iseg', 'grabcut'], numberFrom(0), 'a number of at least 0');

function limits(text: string): { foreground: number; background: number } {
  const [foreground, background, ...more] = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (more.length === 0 && Number.isFinite(foreground) && Number.isFinite(background)) {
    return { foreground: foreground!, background: background! };
  }
  throw new InvalidArgumentError('They must be two numbers such as 0.95,0.3.');
}
