import type { Command } from 'commander';
import { addAscentOptions, type AscentFlags } from './ascent-flags.js';
import type { Caller } from './caller.js';
import { addFigureOption } from './figure.js';
import { makeModels } from './class-model-jobs.js';
import { addModelOption, folder, wholeFrom, type FileFlags } from './options.js';
import { addTargetOptions, targetProblem, type TargetFlags } from './target-flags.js';

export interface ClassModelFlags extends FileFlags, AscentFlags, Omit<TargetFlags, 'score'> {
  readonly seed?: readonly number[];
  readonly out: string;
  readonly resume?: boolean;
  readonly figure?: string;
}

const examples = `
For class 1 it writes class-1.png (the picture), class-1.npy (its unclipped pixels, for NumPy) and class-1.json (target,
settings, scores, norm, stationarity and the history of the ascent); with several seeds class-1.seed-2.png and so on. The
picture has a rim of the mean colour, which preprocessing crops away. Eight models are made at a time: Ctrl-C leaves what is
in work, and --resume makes it.

Beside them lies a record, class-1.class-model.json, from which \`deep-inside reproduce\` makes them again.

Examples:
  deep-inside class-model --class goldfish
  deep-inside class-model --class goldfish --class zebra --preset robust --out models --figure models.png
  deep-inside class-model --layer fire9/concat --channel 17 --preset robust
  deep-inside class-model --class 151 --lambda 1e-6 --steps 800 --snapshots 100`;

export function addClassModel(program: Command, caller: Caller): void {
  const command = program
    .command('class-model')
    .summary('pictures that a class score is highest for')
    .description(
      'Class model visualisation (Simonyan et al. 2013, Sect. 2): gradient ascent on a score, from the mean image.',
    );
  addTargetOptions(
    command,
    'instead of a class: a layer, or with --channel the mean of a channel, with --row and --col a unit of it',
    'the whole channel',
  );
  addFigureOption(addAscentOptions(command), 'all models')
    .option('--seed <n>', 'of --noise and --jitter; repeatable; default 0', seeds)
    .option('--out <folder>', 'where the files go', folder, 'out')
    .option('--resume', 'skip models whose files are all there, made with the same options')
    .hook('preAction', () => {
      const problem = targetProblem(command.opts<ClassModelFlags>());
      if (problem) command.error(`error: ${problem}`);
    });
  addModelOption(command)
    .addHelpText('after', examples)
    .action((flags: ClassModelFlags) => makeModels(flags, caller));
}

/** One more seed; the same one again makes no other model. */
function seeds(text: string, before: readonly number[] = []): readonly number[] {
  return [...new Set([...before, wholeFrom(0)(text)])];
}
