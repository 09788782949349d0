import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describeDifferences, relativeDifferences } from './differences.js';
import { summary } from './statistics.js';

/** Milliseconds between two calls, in which the threads of the contestant before go to sleep. */
const pause = 10;
/** Calls before the rounds, in which contestants plan, trace or compile; the fastest tells who is worth measuring. */
const warmUps = 3;
/** How many times slower than its contestant's fastest configuration, or than the fastest of all, one may be and stay. */
const usual = { own: 1.5, all: 8 };
/** Milliseconds of the second call, which compiles nothing, from which one that is too slow is not warmed up further. */
const long = 5000;

/**
 * One row: the contestants' configurations for a case are called in turn, round after round, so that whatever slows the
 * machine down for a while hits all of them. In each round all get the same inputs and classes, other ones than in the
 * round before, and their results are compared with those of the first contestant's first configuration, this library's.
 * A configuration that is far slower in the calls that warm it up sits out the rounds, and one whose results are others
 * is refused before.
 *
 * @param contestants  started and loaded: { name, ask, configurations }
 * @param one          the case (cases.js); `calls` in a row are timed where one is too short; `difference`, above which
 *                     results are others, is differences.js's unless given
 * @param draw         gives the inputs and classes of the next round
 * @param until        { rounds, seconds, deadline }: the first two must be over, or the deadline (performance.now) after one
 *                     round at least
 * @param tolerated    how much slower than others one may be: { own, all }, as factors
 * @returns            [{ contestant, configuration, times, satOut, differences, error }]
 */
export async function playRow(contestants, one, { draw, until, result, signal, tolerated = usual }) {
  const entries = contestants.flatMap((contestant) =>
    (contestant.configurations[one.work] ?? []).map(
      (configuration) => new Entry(contestant, configuration, one, result),
    ),
  );
  entries.forEach((entry, place) => (entry.place = place));
  for (let calls = 0; calls < warmUps; calls++) {
    await playRound(worthwhile(entries, calls < 2 ? Infinity : long, tolerated), draw(one), signal);
    for (const entry of entries) entry.endWarmUp();
  }
  for (const entry of entries) entry.refuseOthers();
  const players = worthwhile(entries, 0, tolerated);
  for (const entry of entries) entry.satOut = !entry.error && !players.includes(entry);
  const end = performance.now() + 1000 * until.seconds;
  const wantsMore = (round) => round < until.rounds || performance.now() < end;
  const hasTime = (round) => round === 0 || performance.now() < until.deadline;
  for (let round = 0; !signal.aborted && wantsMore(round) && hasTime(round); round++) {
    const first = round % players.length;
    await playRound([...players.slice(first), ...players.slice(0, first)], draw(one), signal);
  }
  return entries.map((entry) => entry.outcome());
}

/** Each of the entries once; then their results beside those of this library. */
async function playRound(entries, request, signal) {
  for (const entry of entries) {
    if (signal.aborted) return;
    await entry.call(request);
    await setTimeout(pause);
  }
  const given = entries.filter((entry) => entry.result).sort((a, b) => a.place - b.place);
  for (const entry of given.slice(1)) entry.compare(given[0].result);
}

/** Without those that have failed, and those that took at least `from` milliseconds and are far slower than others. */
function worthwhile(entries, from, tolerated) {
  const well = entries.filter(({ error }) => !error);
  const fastestOf = (some) => Math.min(...some.map(({ warmed }) => warmed));
  return well.filter(({ contestant, warmed }) => {
    const own = fastestOf(well.filter((other) => other.contestant === contestant));
    const limit = Math.min(tolerated.own * own, tolerated.all * fastestOf(well));
    return contestant.name === 'deep-inside' || warmed === Infinity || warmed < from || warmed <= limit;
  });
}

class Entry {
  times = [];
  warmed = Infinity;
  satOut = false;
  error = null;
  result = null;
  #differences = [];

  constructor(contestant, configuration, one, file) {
    Object.assign(this, { contestant, configuration, one, file });
  }

  async call(request) {
    this.result = null;
    try {
      const { work, calls, ascent } = this.one;
      const { ms } = await this.contestant.ask({
        work,
        calls,
        ascent,
        configuration: this.configuration,
        ...request,
        result: this.file,
      });
      this.times.push(ms);
      this.result = floatsOf(this.file);
    } catch (error) {
      this.error = error.message;
    }
  }

  compare(expected) {
    try {
      this.#differences.push(...relativeDifferences(this.result, expected, this.one.results));
    } catch (error) {
      this.error = error.message;
    }
  }

  endWarmUp() {
    this.warmed = Math.min(this.warmed, ...this.times);
    this.times = [];
  }

  /** What computes something else is not worth a time. */
  refuseOthers() {
    const differences = this.#described();
    if (!this.error && differences?.same === false)
      this.error = `SOMETHING ELSE: its results differ by ${differences.median.toExponential(1)}`;
  }

  outcome() {
    const { contestant, configuration, satOut, error } = this;
    const measured = satOut ? [this.warmed] : this.times;
    const times = measured.length > 0 && Number.isFinite(measured[0]) ? summary(measured) : null;
    return { contestant: contestant.name, configuration, times, satOut, error, differences: this.#described() };
  }

  #described() {
    const { work, difference } = this.one;
    if (this.#differences.length === 0) return null;
    return describeDifferences(this.#differences, work === 'scores' ? 'scores' : 'maps', difference);
  }
}

function floatsOf(file) {
  const bytes = readFileSync(file);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}
