import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { countsIn } from '../mocha.js';

/** What ends a run: also the end of the connection that it was started through. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const nothing = { passed: 0, failed: 0, skipped: 0 };

/** The jobs of a kit, in order, each with what is known of it: { job, passed, failed, skipped, seconds, said }. */
export class Jobs {
  all = [];
  #options;

  /**
   * @param folder    of the results
   * @param deadline  by performance.now: then no job begins, and the one that runs is ended
   * @param each      seconds that a job may take: one that hangs must not take those of the others in every run
   * @param only      a part of the names of the jobs that run; '' is a part of all
   * @param show      gets what the programs print, as it comes
   */
  constructor({ folder, deadline, each, only, show }) {
    this.#options = { folder, deadline, each, only, show };
  }

  /** Whether `run` would start the job. */
  isDue(job, { wanted }) {
    const hasTime = performance.now() < this.#options.deadline;
    return wanted && hasTime && job.includes(this.#options.only) && !existsSync(this.#path(job, 'json'));
  }

  /**
   * Runs a program unless the job has ended before. Where it prints "N passed, N failed, N skipped" that counts, else
   * whether it ended with 0. A job that is not `wanted` is listed alone; `each` is its own limit in seconds.
   */
  async run(job, command, args, { wanted, env = {}, each = this.#options.each }) {
    const kept = this.#path(job, 'json');
    if (existsSync(kept)) return this.#add(JSON.parse(readFileSync(kept, 'utf8')));
    if (!wanted || !job.includes(this.#options.only)) return this.#add({ job, ...nothing, said: 'not run' });
    if (performance.now() >= this.#options.deadline)
      return this.#add({ job, ...nothing, said: 'not run: no time left' });
    const began = performance.now();
    const { code, text, late } = await this.#spawn(job, command, args, { env, each });
    if (late === 'all') return this.#add({ job, ...nothing, said: 'stopped: no time left' });
    const counts = countsIn(text) ?? { ...nothing, passed: Number(code === 0) };
    const broke = code !== 0 && counts.failed === 0 && counts.skipped === 0;
    const end = late ? `stopped after ${each} s` : `ended with ${code}`;
    const result = { job, ...counts, ...(broke && { failed: 1 }), said: broke || late ? end : '' };
    const timed = { ...result, seconds: Math.round((performance.now() - began) / 1000) };
    writeFileSync(kept, `${JSON.stringify(timed)}\n`);
    return this.#add(timed);
  }

  /** A job that cannot be run here. */
  skip(job, reason) {
    return this.#add({ job, ...nothing, skipped: 1, said: reason });
  }

  #add(result) {
    this.all.push(result);
    return result;
  }

  #path(job, ending) {
    return join(this.#options.folder, `${job.replaceAll('/', '-')}.${ending}`);
  }

  /**
   * In a process group of its own, so that an end reaches what the program has started. `late` says whose time was over,
   * if any: that of 'all' jobs, or of this 'one'.
   */
  async #spawn(job, command, args, { env, each }) {
    this.#options.show(`\n=== ${job}: ${[command, ...args].join(' ')}\n`);
    const stdio = ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio, detached: true });
    const log = createWriteStream(this.#path(job, 'log'));
    let [text, late] = ['', null];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part) => {
        this.#options.show(part);
        log.write(part);
        text += part;
      });
    const end = () => process.kill(-child.pid, 'SIGKILL');
    const stop = (signal) => (end(), process.exit(128 + constants.signals[signal]));
    const [left, own] = [this.#options.deadline - performance.now(), 1000 * each];
    const timer = setTimeout(() => ((late = left <= own ? 'all' : 'one'), end()), Math.min(left, own, 2 ** 31 - 1));
    for (const signal of endings) process.once(signal, stop);
    const [code, signal] = await new Promise((resolve) => {
      child.on('error', (error) => resolve([error.message]));
      child.on('close', (...ends) => resolve(ends));
    });
    clearTimeout(timer);
    for (const name of endings) process.removeListener(name, stop);
    await new Promise((resolve) => log.end(resolve));
    return { code: signal ?? code, text, late };
  }
}
