import { DeskError } from './desk-error';
import type { FetchBlock } from './grid/blocks';

/** As many rows as the grid asks for at a time. */
export const firstRows = 128;

type Page<Row> = { total: number; rows: readonly Row[] };

/** Gives the rows of one question from an offset on. */
type Ask<Row> = (slice: { offset: number; limit: number }) => Promise<Page<Row>>;

/**
 * A list of any length for a VirtualGrid. A new question replaces the table only when its first rows are there, so
 * that nothing flashes while somebody types a filter; of several questions the last one counts.
 */
export class Paged<Row> {
  #turn = 0;
  #ask: Ask<Row> | undefined;

  /** Null until the first answer. */
  total = $state<number | null>(null);
  fetchBlock = $state.raw<FetchBlock<Row>>(async () => []);
  /** The first rows of the question, so that the table stands with them. */
  first = $state.raw<readonly Row[]>([]);
  revision = $state(0);
  failure = $state.raw<DeskError | null>(null);

  /** Asks another question: the table starts at the top. */
  async ask(ask: Ask<Row>): Promise<void> {
    const turn = ++this.#turn;
    this.#ask = ask;
    try {
      const first = await ask({ offset: 0, limit: firstRows });
      if (turn !== this.#turn) return;
      this.first = first.rows;
      this.fetchBlock = this.#source(ask, turn);
      this.total = first.total;
      this.failure = null;
    } catch (thrown) {
      if (turn === this.#turn) this.failure = DeskError.from(thrown);
    }
  }

  /** The same question with perhaps other answers: the table stays where it is. */
  async refresh(): Promise<void> {
    const ask = this.#ask;
    if (!ask) return;
    if (this.total === null || this.failure) {
      await this.ask(ask);
      return;
    }
    const turn = this.#turn;
    try {
      const { total } = await ask({ offset: 0, limit: 1 });
      if (turn !== this.#turn) return;
      this.total = total;
      this.revision++;
    } catch (thrown) {
      if (turn === this.#turn) this.failure = DeskError.from(thrown);
    }
  }

  #source(ask: Ask<Row>, turn: number): FetchBlock<Row> {
    return async (offset, limit) => {
      const page = await ask({ offset, limit });
      if (turn === this.#turn) this.total = page.total;
      return page.rows;
    };
  }
}
