import { SingleBar } from 'cli-progress';
import type { PrintingFlags } from './options.js';

/** Shows on stderr how far the work is. */
export interface Progress {
  /** One more of the total is done; `print` writes its result on stdout. */
  advance(print: () => void): void;
  /** So much of what comes next is done as well: 0.5 is half of one, 3 are three. */
  ahead(more: number): void;
  stop(): void;
}

const silent: Progress = { advance: (print) => print(), ahead: () => undefined, stop: () => undefined };

/** A bar, where stderr is a terminal and the flags do not forbid it. */
export function openProgress(total: number, { quiet }: PrintingFlags): Progress {
  if (quiet || !process.stderr.isTTY) return silent;
  // Line wrapping stays as it is, since results are printed to the same terminal; main.ts handles SIGINT.
  const bar = new SingleBar({
    format: '{bar} {done}/{total}{left}',
    clearOnComplete: true,
    linewrap: null,
    gracefulExit: false,
  });
  const start = performance.now();
  let done = 0;
  const told = (value: number) => {
    const seconds = ((performance.now() - start) / 1000) * (total / value - 1);
    return { done, left: value > 0 ? `  ${Math.ceil(seconds)} s left` : '' };
  };
  bar.start(total, done, told(done));
  return {
    advance(print) {
      bar.stop();
      print();
      done++;
      bar.start(total, done, told(done));
    },
    ahead: (more) => bar.update(done + more, told(done + more)),
    stop: () => bar.stop(),
  };
}
