/** Gives `count` rows from `offset` on, fewer at the end. */
export type FetchBlock<Row> = (offset: number, count: number) => Promise<readonly Row[]>;

/** Rows asked for at a time. */
const blockSize = 128;

/** Blocks kept: about 6,000 rows. What is further away is fetched again when it comes back into sight. */
const kept = 48;

/** Questions under way at a time. Someone who flings through a million rows asks for where they end, not for all. */
const parallel = 2;

/**
 * Rows fetched in blocks as they come into sight.
 *
 * It always works for the newest window: while two questions are out, windows that have passed by are forgotten.
 */
export class Blocks<Row> {
  #fetch: FetchBlock<Row>;
  #changed: () => void;
  /** In the order of last use, oldest first. */
  #blocks = new Map<number, readonly Row[]>();
  #stale = new Set<number>();
  #underway = new Set<number>();
  #wanted: { first: number; end: number } = { first: 0, end: 0 };
  #generation = 0;
  #closed = false;

  /** Whether a question failed since the last retry; no new ones are asked until then. */
  failed = false;

  /** `first`: rows from the beginning on that are at hand; none, or as many as a block has, or all there are. */
  constructor(fetch: FetchBlock<Row>, changed: () => void, first: readonly Row[] = []) {
    this.#fetch = fetch;
    this.#changed = changed;
    if (first.length) this.#blocks.set(0, first);
  }

  /** A row, when it is there. */
  row(index: number): Row | undefined {
    return this.#blocks.get(Math.floor(index / blockSize))?.[index % blockSize];
  }

  /** Whether any row of the window is still missing. */
  get loading(): boolean {
    return !this.failed && this.#missing().length > 0;
  }

  /** Makes sure that these rows come. */
  want(first: number, end: number): void {
    this.#wanted = { first, end };
    for (const block of this.#window()) this.#touch(block);
    this.#pump();
    if (this.#missing().length > 0) this.#changed();
  }

  /** Asks again for what failed. */
  retry(): void {
    this.failed = false;
    this.#changed();
    this.#pump();
  }

  /** Fetches what is in sight again, because it may have changed; the old rows stay until the new ones are there. */
  refresh(): void {
    this.#generation++;
    this.#underway.clear();
    this.#stale = new Set(this.#blocks.keys());
    this.failed = false;
    this.#pump();
  }

  /** No answer counts any more. */
  close(): void {
    this.#closed = true;
  }

  #window(): number[] {
    const { first, end } = this.#wanted;
    if (end <= first) return [];
    const from = Math.floor(first / blockSize);
    const to = Math.floor((end - 1) / blockSize);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  }

  #missing(): number[] {
    return this.#window().filter((block) => !this.#blocks.has(block) || this.#stale.has(block));
  }

  #touch(block: number): void {
    const rows = this.#blocks.get(block);
    if (!rows) return;
    this.#blocks.delete(block);
    this.#blocks.set(block, rows);
  }

  #pump(): void {
    if (this.failed || this.#closed) return;
    for (const block of this.#missing()) {
      if (this.#underway.size >= parallel) return;
      if (!this.#underway.has(block)) void this.#load(block, this.#generation);
    }
  }

  async #load(block: number, generation: number): Promise<void> {
    this.#underway.add(block);
    try {
      const rows = await this.#fetch(block * blockSize, blockSize);
      if (this.#closed || generation !== this.#generation) return;
      this.#blocks.delete(block);
      this.#blocks.set(block, rows);
      this.#stale.delete(block);
      this.#forget();
    } catch {
      if (this.#closed || generation !== this.#generation) return;
      this.failed = true;
    }
    this.#underway.delete(block);
    this.#changed();
    this.#pump();
  }

  #forget(): void {
    for (const block of this.#blocks.keys()) {
      if (this.#blocks.size <= kept) return;
      this.#blocks.delete(block);
      this.#stale.delete(block);
    }
  }
}
