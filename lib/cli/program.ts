import { Command } from 'commander';
import type { Caller } from './caller.js';
import { addCheck } from './check.js';
import { addClassModel } from './class-model.js';
import { addClassify } from './classify.js';
import { addDevices } from './devices.js';
import { addExplain } from './explain.js';
import { addInspect } from './inspect.js';
import { addLocalise } from './localise.js';
import { addReconstruct } from './reconstruct.js';
import { addReport } from './report-command.js';
import { addReproduce } from './reproduce.js';
import { addSaliency } from './saliency.js';
import { addTopActivations } from './top-activations.js';
import { packageVersion } from './version.js';
import { visible } from './visible.js';

const closing = `
Results go to stdout, progress and messages to stderr. Exit codes: 0 done, 1 something failed, 2 the command line by
itself is wrong, 130 interrupted. deep-inside COMMAND --help shows the options and examples of a command.`;

/** All commands. Parsing runs the one that is named, and throws a CommanderError where the command line is wrong. */
export function createProgram(caller: Caller): Command {
  const program = new Command('deep-inside')
    .description('What an image classifier has learnt (Simonyan, Vedaldi & Zisserman 2013).')
    .version(packageVersion, '--version')
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', closing)
    .configureOutput({ outputError: (text, write) => write(inOneLine(text)) })
    .exitOverride();
  addClassify(program, caller);
  addSaliency(program, caller);
  addExplain(program, caller);
  addLocalise(program, caller);
  addCheck(program, caller);
  addReconstruct(program, caller);
  addTopActivations(program, caller);
  addClassModel(program, caller);
  addReport(program, caller);
  addReproduce(program, caller, createProgram);
  addInspect(program);
  addDevices(program);
  return program;
}

function inOneLine(text: string): string {
  const line = text
    .replace(/^error: /, '')
    .trimEnd()
    .replaceAll('\n', ' ');
  return `deep-inside: ${visible(line)}\n`;
}
