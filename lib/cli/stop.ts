/** How a command is stopped before its end. */
export interface Stop {
  /** Once aborted, nothing more is begun. */
  readonly signal: AbortSignal;
  /**
   * From now on the first SIGINT aborts the signal, so that what has begun is finished. Before, and the second time, it
   * ends the process at once, as it does by itself: process.exit would wait for files that are being opened.
   */
  finishOnInterrupt(): void;
}
