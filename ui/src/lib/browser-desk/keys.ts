import type { Desk } from '../desk';
import { DeskError } from '../desk-error';
import type { KeySlot } from '../generated/KeySlot';
import type { KeySlots } from '../generated/KeySlots';
import { now } from './random';

/** What stands on the sheet of every recovery kit of the desk in memory. */
const sheet = '0123-4567-89AB-CDEF-GHJK-MNPQ-RSRB';

type Word = (en: string, nl: string) => string;

/** The ways into a desk in memory. */
export class PretendedKeys {
  #slots: KeySlot[];
  #next = 3;
  #word: Word;

  constructor(keyring: boolean, safe: boolean, word: Word) {
    const first = keyring ? 'keyring' : 'passphrase';
    this.#slots = [{ id: 1, kind: first, proven_at: now - 60 }];
    if (safe) this.#slots.push({ id: 2, kind: 'recovery_kit', proven_at: now - 40 * 24 * 3600 });
    this.#word = word;
  }

  get kinds(): string[] {
    return this.#slots.map(({ kind }) => kind);
  }

  all(): KeySlots {
    const proven = this.#slots.filter(({ proven_at }) => proven_at !== null);
    return {
      slots: [...this.#slots],
      safe: new Set(proven.map(({ kind }) => kind)).size > 1,
      restored: false,
    };
  }

  #replace(kind: string): KeySlots {
    this.#slots = this.#slots.filter((slot) => slot.kind !== kind);
    this.#slots.push({ id: this.#next++, kind, proven_at: now });
    return this.all();
  }

  #refuse(code: string, en: string, nl: string): never {
    throw new DeskError(code, this.#word(en, nl));
  }

  /** Whether somebody typed what stands on the sheet. */
  check(typed: string): void {
    if (typed.replace(/[\s-]/g, '').toUpperCase() === sheet.replaceAll('-', '')) return;
    this.#refuse(
      'not_a_recovery_code',
      'One of the characters differs from the sheet. Compare them group by group.',
      'Een van de tekens is anders dan op het blad. Vergelijk ze groep voor groep.',
    );
  }

  /** What the pages ask about keys. */
  readonly asked: Pick<
    Desk,
    | 'keySlots'
    | 'setPassphrase'
    | 'renewKeyring'
    | 'removeKeySlot'
    | 'makeRecoveryKit'
    | 'printRecoveryKit'
    | 'saveRecoveryKit'
    | 'takeRecoveryKit'
    | 'dropRecoveryKit'
    | 'tryRecoveryKit'
  > = {
    keySlots: async () => this.all(),
    setPassphrase: async (passphrase) => {
      if (/^(.)\1+$/.test(passphrase)) {
        this.#refuse(
          'passphrase_refused',
          'This passphrase is easily guessed. Use five words that have nothing to do with each other.',
          'Deze wachtzin is makkelijk te raden. Gebruik vijf woorden die niets met elkaar te maken hebben.',
        );
      }
      return this.#replace('passphrase');
    },
    renewKeyring: async () => this.#replace('keyring'),
    removeKeySlot: async (id) => {
      if (this.#slots.length < 2) {
        this.#refuse(
          'slots',
          'This is the last way into this desk. Add another way in first.',
          'Dit is de laatste toegang tot deze werkplek. Maak eerst een andere toegang.',
        );
      }
      this.#slots = this.#slots.filter((slot) => slot.id !== id);
      return this.all();
    },
    makeRecoveryKit: async () => [
      { group: 2, character: 1 },
      { group: 3, character: 4 },
      { group: 7, character: 2 },
    ],
    printRecoveryKit: async (_language, printer) => ({ printer: printer ?? 'Balie', job: 'Balie-7' }),
    saveRecoveryKit: async (language) => ({
      path: language === 'nl' ? '~/Downloads/herstelset.pdf' : '~/Downloads/recovery-kit.pdf',
    }),
    takeRecoveryKit: async (typed) => {
      if (typed.toUpperCase() !== '4BS') {
        this.#refuse(
          'other_characters',
          'Other characters stand there. Look at the number above each group and count from its left.',
          'Daar staan andere tekens. Kijk naar het nummer boven elke groep en tel vanaf links.',
        );
      }
      return this.#replace('recovery_kit');
    },
    dropRecoveryKit: async () => {},
    tryRecoveryKit: async (typed) => {
      this.check(typed);
      this.#slots = this.#slots.map((slot) =>
        slot.kind === 'recovery_kit' ? { ...slot, proven_at: now } : slot,
      );
      return this.all();
    },
  };
}
