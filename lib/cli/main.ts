#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addClassModel } from './class-model.js';
import { addClassify } from './classify.js';
import { DeepInsideError } from '../index.js';
import { addDevices } from './devices.js';
import { addExplain } from './explain.js';
import { addInspect } from './inspect.js';
import { complain } from './messages.js';
import type { PrintingFlags } from './options.js';
import { addReconstruct } from './reconstruct.js';
import { addSaliency } from './saliency.js';
import type { Stop } from './stop.js';
import { addTopActivations } from './top-activations.js';
import { visible } from './visible.js';

const exitCodes = { usage: 2, failed: 1, interrupted: 130, readerGone: 0 };

const closing = `
Results go to stdout, progress and messages to stderr. Exit codes: 0 done, 1 something failed, 2 the command line is
wrong, 130 interrupted. deep-inside COMMAND --help shows the options and examples of a command.`;

/** Aborted with the exit code, by Ctrl-C or when stdout takes no more: work that has begun is finished. */
function stopping(): Stop {
  const stop = new AbortController();
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (stop.signal.aborted) return;
    if (cause.code !== 'EPIPE') complain(cannotPrint(cause), {});
    stop.abort(cause.code === 'EPIPE' ? exitCodes.readerGone : exitCodes.failed);
  });
  process.stderr.on('error', () => undefined);
  process.once('exit', () => {
    if (stop.signal.aborted) process.exitCode = stop.signal.reason as number;
  });
  return {
    signal: stop.signal,
    finishOnInterrupt: () => void process.once('SIGINT', () => stop.abort(exitCodes.interrupted)),
  };
}

function cannotPrint(cause: Error): DeepInsideError {
  return new DeepInsideError('ERR_IO', `stdout: results cannot be written: ${cause.message}`, { cause });
}

function createProgram(stop: Stop): Command {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const program = new Command('deep-inside')
    .description('What an image classifier has learnt (Simonyan, Vedaldi & Zisserman 2013).')
    .version(version, '--version')
    .helpOption('-h, --help', 'show this text')
    .addHelpText('after', closing)
    .configureOutput({ outputError: (text, write) => write(inOneLine(text)) })
    .exitOverride();
  addClassify(program, stop);
  addSaliency(program, stop);
  addExplain(program, stop);
  addReconstruct(program, stop);
  addTopActivations(program, stop);
  addClassModel(program, stop);
  addInspect(program);
  addDevices(program, version);
  return program;
}

function inOneLine(text: string): string {
  const line = text
    .replace(/^error: /, '')
    .trimEnd()
    .replaceAll('\n', ' ');
  return `deep-inside: ${visible(line)}\n`;
}

async function main(): Promise<void> {
  const stop = stopping();
  const program = createProgram(stop);
  let flags: PrintingFlags = {};
  program.hook('preAction', (_, command) => void (flags = command.opts()));
  try {
    await program.parseAsync();
  } catch (reason) {
    if (reason instanceof CommanderError) process.exitCode = reason.exitCode === 0 ? 0 : exitCodes.usage;
    else {
      complain(reason, flags);
      process.exitCode = exitCodes.failed;
    }
  }
}

void main();
