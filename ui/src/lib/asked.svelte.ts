import { untrack } from 'svelte';
import { DeskError } from './desk-error';

/**
 * One answer of the desk, kept on screen while a newer one is on its way. Of several questions the last one counts,
 * whichever answer comes first.
 */
export class Asked<Answer> {
  #turn = 0;
  #again: (() => Promise<Answer>) | undefined;

  value = $state.raw<Answer | null>(null);
  failure = $state.raw<DeskError | null>(null);
  busy = $state(false);

  /**
   * Asks; an answer that fails leaves the old value on screen beside the reason. Says whether the value is the answer
   * to this question now.
   */
  async ask(question: () => Promise<Answer>): Promise<boolean> {
    const turn = ++this.#turn;
    this.#again = question;
    this.busy = true;
    try {
      const answer = await question();
      if (turn !== this.#turn) return false;
      this.value = answer;
      this.failure = null;
    } catch (thrown) {
      if (turn !== this.#turn) return false;
      this.failure = DeskError.from(thrown);
    }
    this.busy = false;
    return this.failure === null;
  }

  /** The same question again. */
  async again(): Promise<void> {
    const question = untrack(() => this.#again);
    if (question) await this.ask(question);
  }

  /** Forgets the answer, because the next question is about something else. */
  forget(): void {
    this.#turn++;
    this.value = null;
    this.failure = null;
    this.busy = false;
  }
}
