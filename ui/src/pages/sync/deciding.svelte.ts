import { DeskError } from '../../lib/desk-error';
import { messages } from '../../lib/messages.svelte';

/** One decision of several that a person is offered, while it is carried out and when it failed. */
export class Deciding<Choice> {
  /** What is being carried out. */
  choice = $state<Choice | null>(null);
  /** Why the last one failed. */
  failure = $state.raw<DeskError | null>(null);

  /** Carries a choice out and says that it was done; one at a time. */
  async decide(choice: Choice, act: () => Promise<void>, done: string): Promise<void> {
    if (this.choice !== null) return;
    this.choice = choice;
    this.failure = null;
    try {
      await act();
      messages.show({ tone: 'plain', text: done });
    } catch (thrown) {
      this.failure = DeskError.from(thrown);
    } finally {
      this.choice = null;
    }
  }
}
