/** A question asked of the desk before the page stands that wants the answer. The answer is given once. */
export class Ahead<Question, Answer> {
  #asked: { question: string; answer: Promise<Answer> } | null = null;

  /** Asks it; that it fails is told to who takes the answer. */
  ask(question: Question, ask: (question: Question) => Promise<Answer>): Promise<unknown> {
    const answer = ask(question);
    this.#asked = { question: JSON.stringify(question), answer };
    return answer.catch(() => {});
  }

  /** The answer to this very question, when it was asked and nothing has changed since. */
  take(question: Question): Promise<Answer> | undefined {
    const asked = this.#asked;
    this.#asked = null;
    return asked?.question === JSON.stringify(question) ? asked.answer : undefined;
  }

  /** Something has changed: the answer may be an old one. */
  forget(): void {
    this.#asked = null;
  }
}
