/** How long a message that asks nothing stays, in ms. */
export const shownFor = 6000;

/** A short message about something that has happened. */
type Message = {
  text: string;
  /** `bad` stays until it is dismissed and interrupts a screen reader. */
  tone: 'plain' | 'bad';
  /** What can be done about it, such as undoing. */
  action?: { label: string; run: () => void };
};

type Shown = Message & { id: number };

/** What the live regions say: messages people see for a moment, and announcements that are only heard. */
class Messages {
  #lastId = 0;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** The messages on screen, oldest first, three at most. */
  shown = $state.raw<readonly Shown[]>([]);

  /** The last announcement, with a count that makes saying the same thing twice a change. */
  announced = $state.raw({ text: '', count: 0 });

  /** Says something to a screen reader without showing it. */
  announce(text: string): void {
    this.announced = { text, count: this.announced.count + 1 };
  }

  show(message: Message): void {
    const shown = { ...message, id: ++this.#lastId };
    this.shown = [...this.shown, shown].slice(-3);
    this.#start(shown);
  }

  dismiss(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.shown = this.shown.filter((message) => message.id !== id);
  }

  /** Stops the clocks while someone reads or reaches for a button. */
  hold(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Starts the clocks again, from the beginning. */
  release(): void {
    this.hold();
    for (const message of this.shown) this.#start(message);
  }

  #start(message: Shown): void {
    if (message.tone === 'bad') return;
    this.#timers.set(
      message.id,
      setTimeout(() => this.dismiss(message.id), shownFor),
    );
  }
}

export const messages = new Messages();
