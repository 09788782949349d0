import { SingleBar } from 'cli-progress';
import type { PrintingFlags } from './options.js';

/** Shows on stderr how far the work is. */
export interface Progress {
  /** One more of the total is done; `print` writes its result on stdout. */
  advance(print: () => void): void;
  stop(): void;
}

const silent: Progress = { advance: (print) => print(), stop: () => undefined };

/** A bar, where stderr is a terminal and the flags do not forbid it. */
export function openProgress(total: number, { quiet }: PrintingFlags): Progress {
  if (quiet || !process.stderr.isTTY) return silent;
  // Line wrapping stays as it is, since results are printed to the same terminal; main.ts handles SIGINT.
  const bar = new SingleBar({
    format: '{bar} {value}/{total}{left}',
    clearOnComplete: true,
    linewrap: null,
    gracefulExit: false,
  });
  const start = performance.now();
  let done = 0;
  bar.start(total, done, { left: '' });
  return {
    advance(print) {
      bar.stop();
      print();
      done++;
      const seconds = ((performance.now() - start) / 1000) * (total / done - 1);
      bar.start(total, done, { left: `  ${Math.ceil(seconds)} s left` });
    },
    stop: () => bar.stop(),
  };
}
