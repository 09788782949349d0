#!/usr/bin/env node
import { CommanderError } from 'commander';
import { DeepInsideError } from '../index.js';
import type { Caller } from './caller.js';
import { complain, complainOf, note } from './messages.js';
import type { PrintingFlags } from './options.js';
import { createProgram } from './program.js';
import { print } from './report.js';

const exitCodes = { usage: 2, failed: 1, interrupted: 130, readerGone: 0 };

/** stdout; aborted with the exit code, by Ctrl-C or when stdout takes no more: work that has begun is finished. */
function terminal(): Caller {
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
    print,
    complainOf(what, reason, flags) {
      complainOf(what, reason, flags);
      process.exitCode = exitCodes.failed;
    },
    signal: stop.signal,
    finishOnInterrupt(flags) {
      process.once('SIGINT', () => {
        if (stop.signal.aborted) return void process.kill(process.pid, 'SIGINT');
        if (process.stderr.isTTY && !flags.quiet) process.stderr.write('\n'); // where the progress bar is
        note('interrupted: nothing more is begun; Ctrl-C again ends at once', flags);
        stop.abort(exitCodes.interrupted);
      });
    },
  };
}

function cannotPrint(cause: Error): DeepInsideError {
  return new DeepInsideError('ERR_IO', `stdout: results cannot be written: ${cause.message}`, { cause });
}

async function main(): Promise<void> {
  const program = createProgram(terminal());
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
