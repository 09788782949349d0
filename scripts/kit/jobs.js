import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { countsIn } from '../mocha.js';
import { builtLine } from './modules.js';

/** What ends a run: also the end of the connection that it was started through. */
const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const nothing = { passed: 0, failed: 0, skipped: 0 };

/**
 * Whether a result of then is one of now. What has run on a GPU is not repeated without one: on the way back to the
 * machine where the kit was built it would be lost.
 */
function holds(then, now) {
  if (!then) return false;
  return isDeepStrictEqual(then, now) || Boolean(then.gpus && now.gpus === null);
}

/**
 * Whether a program that says so many counts did not come to its own end: it crashed, or ended badly without a failure to
 * show for it. scripts/test-gpu.js ends with 1, too, where all was skipped, which fails nowhere.
 */
function brokeOff(code, { passed, failed, skipped }) {
  if (typeof code === 'string') return true;
  return code !== 0 && failed === 0 && (passed > 0 || skipped === 0);
}

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
   * @param host      of describeHost (host.js)
   */
  constructor({ folder, deadline, each, only, show, host }) {
    this.#options = { folder, deadline, each, only, show, host };
  }

  /** Whether the job is asked for, and there is time for it. */
  mayRun(job, { wanted }) {
    return wanted && job.includes(this.#options.only) && performance.now() < this.#options.deadline;
  }

  /** Whether `run` would start the job. */
  isDue(job, { wanted, of = this.#here() }) {
    return this.mayRun(job, { wanted }) && !holds(this.kept(job)?.of, of);
  }

  /** What is kept of a job that has ended: as `run` gives it, { of, from } besides; undefined where nothing is. */
  kept(job) {
    const path = this.#path(job, 'json');
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
  }

  /** Whether something is kept of any job of a step. */
  hasKept(step) {
    const { folder } = this.#options;
    return readdirSync(folder).some((name) => name.startsWith(`${step}-`) && /(?<!\.result)\.json$/.test(name));
  }

  /**
   * Runs a program unless the job has ended before, with the same result `of`: by default the modules that are built and
   * the GPUs that are here. Where it prints "N passed, N failed, N skipped" that counts, else whether it ended with 0.
   * A job that is not `wanted` is listed alone; `each` is its own limit in seconds.
   */
  async run(job, command, args, { wanted, env = {}, each = this.#options.each, of = this.#here() }) {
    if (!this.isDue(job, { wanted, of })) return this.#add(this.#known(job, { wanted }));
    const began = performance.now();
    const { code, text, late } = await this.#spawn(job, command, args, { env, each });
    if (late === 'all') return this.#add({ job, ...nothing, said: 'stopped: no time left' });
    const counts = countsIn(text) ?? { ...nothing, passed: Number(code === 0) };
    const broke = late === 'one' || brokeOff(code, counts);
    const end = late ? `stopped after ${each} s` : `ended with ${code}`;
    const result = { job, ...counts, ...(broke && { failed: counts.failed + 1 }), said: broke || late ? end : '' };
    const timed = { ...result, seconds: Math.round((performance.now() - began) / 1000) };
    writeFileSync(this.#path(job, 'json'), `${JSON.stringify({ ...timed, of, from: this.#from() })}\n`);
    return this.#add(timed);
  }

  /** A job that cannot be run here. */
  skip(job, reason) {
    return this.#add({ job, ...nothing, skipped: 1, said: reason });
  }

  #here() {
    return { built: builtLine(), gpus: this.#options.host.gpus };
  }

  #from() {
    const { name, gpus } = this.#options.host;
    return `${name}, ${gpus ?? 'no GPU'}, ${new Date().toISOString().slice(0, 10)}`;
  }

  /** The row of a job that is not started. */
  #known(job, { wanted }) {
    const kept = this.kept(job);
    if (kept) {
      const { passed, failed, skipped, seconds, said, from } = kept;
      const origin = [said, `kept of ${from}`].filter(Boolean).join('; ');
      return { job, passed, failed, skipped, seconds, said: origin };
    }
    const said = existsSync(this.#path(job, 'log')) ? 'stopped before its end' : 'not run';
    const isLate = wanted && job.includes(this.#options.only);
    return { job, ...nothing, said: isLate ? `${said}: no time left` : said };
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
