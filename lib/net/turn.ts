/** Whose turn it is in a network's queue, for work on the device that may end early: one call after the other has it. */
export class Turn {
  #signal: AbortSignal | undefined;
  #ending = false;

  /** The next call's turn, with its signal. */
  begin(signal: AbortSignal | undefined): void {
    this.#signal = signal;
  }

  /** The network is to be disposed of as soon as the calls before have finished. */
  end(): void {
    this.#ending = true;
  }

  /** Whether there is time for what only later calls gain by; throws the reason of the call's signal if it is aborted. */
  hasTime(): boolean {
    this.#signal?.throwIfAborted();
    return !this.#ending;
  }
}
