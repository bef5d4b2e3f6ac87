/** A source's play: begun once however often it is asked for, and waited for where the source is stopped. */
export class Playing {
  #under: Promise<void> | undefined;

  /** The play under way; the first call begins it. */
  begin(play: () => Promise<void>): Promise<void> {
    this.#under ??= play();
    return this.#under;
  }

  /** Resolves when the play has ended, well or not: what made it fail was said to who began it. */
  async ended(): Promise<void> {
    await this.#under?.catch(() => undefined);
  }
}
