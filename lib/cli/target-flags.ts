import type { Command } from 'commander';
import type { ClassChoice } from '../index.js';
import { classes, wholeFrom } from './options.js';

/** What a signal starts from, or what an image is made to maximise. */
export interface TargetFlags {
  readonly class?: readonly ClassChoice[];
  readonly layer?: string;
  readonly channel?: number;
  readonly row?: number;
  readonly col?: number;
  readonly score?: string;
}

/** @param ofRow  what is meant where the row is left out */
export function addTargetOptions(command: Command, ofLayer: string, ofRow: string): Command {
  return command
    .option('--class <class>', 'index from 0, name or WNID; repeatable', classes)
    .option('--layer <name>', ofLayer)
    .option('--channel <n>', 'of the layer, from 0', wholeFrom(0))
    .option('--row <n>', `of a unit of the channel, from 0; default: ${ofRow}`, wholeFrom(0))
    .option('--col <n>', 'of the unit, from 0', wholeFrom(0));
}

/** What is wrong with the choice of a target. */
export function targetProblem({ layer, channel, row, col, class: cls, score }: TargetFlags): string | null {
  const unit = Object.entries({ channel, row, col }).find(([, value]) => value !== undefined);
  if ((layer === undefined) === (cls === undefined)) return "give either '--class' or '--layer'";
  if (cls) return unit ? `option '--${unit[0]}' needs '--layer'` : null;
  if ((row === undefined) !== (col === undefined)) return "options '--row' and '--col' need each other";
  if (row !== undefined && channel === undefined) return "option '--row' needs '--channel'";
  return score === undefined ? null : "option '--score' needs '--class'";
}
