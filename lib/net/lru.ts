/** Keeps the `size` entries that were used last; what falls out is disposed of. */
export class LeastRecentlyUsed<T extends { dispose(): void }> {
  readonly #entries = new Map<string, T>();

  constructor(readonly size: number) {}

  get(key: string): T | undefined {
    const found = this.#entries.get(key);
    if (found) this.#touch(key, found);
    return found;
  }

  set(key: string, entry: T): T {
    this.#touch(key, entry);
    for (const [oldest, dropped] of this.#entries) {
      if (this.#entries.size <= this.size) break;
      this.#entries.delete(oldest);
      dropped.dispose();
    }
    return entry;
  }

  /** A Map goes through its keys in the order of their insertion. */
  #touch(key: string, entry: T): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  dispose(): void {
    for (const entry of this.#entries.values()) entry.dispose();
    this.#entries.clear();
  }
}
