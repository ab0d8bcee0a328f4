/** Runs the last of many calls once it has been quiet for a while. */
export class Later {
  #wait: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `wait`: how long it must be quiet, in ms. */
  constructor(wait: number) {
    this.#wait = wait;
  }

  run(what: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(what, this.#wait);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
