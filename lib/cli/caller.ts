import type { PrintingFlags } from './options.js';

/** Who runs a command: takes its results, and may stop it before its end. */
export interface Caller {
  /** Takes one result, of one line or several: stdout, unless another command runs this one. */
  print(text: string): void;
  /** Takes what went wrong with a file or the like: a line on stderr, and exit code 1, unless another command runs this one. */
  complainOf(what: string, reason: unknown, flags: PrintingFlags): void;
  /** Once aborted, nothing more is begun. */
  readonly signal: AbortSignal;
  /**
   * From now on the first SIGINT aborts the signal and says so; files that have been begun are finished, class models are
   * given up. Before, and once the signal is aborted, it ends the process at once, as it does by itself: process.exit would
   * wait for files that are being opened.
   */
  finishOnInterrupt(flags: PrintingFlags): void;
}
