import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * A live process that computes what it is asked for and says how long that took. It is asked in one line of JSON and
 * answers in one:
 *
 *   { load: model file, threads, inputs, pictures }           -> { name, version, configurations }
 *   { work, configuration, inputs, classes, ascent, calls, result: file }   -> { ms }, and the result, float32, in the file
 *
 * `calls` (default 1) are made one after the other, each from its inputs in memory to its result in memory, and `ms` is
 * their mean: for calls that are too short to be timed alone.
 * `inputs` and `pictures` of the first are { floats: file, shape } of one, the pictures larger than an input, with
 * `bytes`, a file of uint8 [rows, cols, channels], and `scale`, the derivatives of the floats to these for each channel;
 * `inputs` of the second are indices into either. `work` is 'maps' (one class for each input: maps [n, rows, cols]),
 * 'classes' (several classes of one input: maps [classes, rows, cols]), 'tenCrops' (the merged map of one picture),
 * 'scores' (the forward pass alone: [n, classes]) or 'models' (as many class models as inputs, which are not looked at:
 * zero-centred pixels [n, channels, rows, cols] after `ascent.steps` plain steps of Eq. 1 in grey levels, with its
 * learningRate and lambda); `configurations` lists, for each work that the contestant can do, in which ways. What it
 * cannot do it answers with { error }.
 */
export class Contestant {
  #process;
  #lines;
  #said = '';

  constructor({ name, command, args, env }) {
    this.name = name;
    this.#process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    this.#process.on('error', (error) => (this.#said += error.message));
    this.#process.stdin.on('error', () => undefined);
    this.#process.stderr.on('data', (text) => (this.#said = (this.#said + text).slice(-2000)));
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** The answer; rejects with the contestant's own words where it refuses, or has ended. */
  async ask(request) {
    this.#process.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(lastWords(this.#said) || `${this.name} has ended`);
    const answer = JSON.parse(value);
    if (answer.error) throw new Error(answer.error);
    return answer;
  }

  /** Ends the process, whatever it does. */
  stop() {
    this.#process.kill('SIGKILL');
  }
}

/** The last line that speaks of an error, else the last one. */
function lastWords(text) {
  const lines = text.trim().split('\n');
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1);
}
