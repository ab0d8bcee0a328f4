/** The tone of a chip. */
export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'vio' | 'neu';

const tones: Record<string, Record<string, Tone>> = {
  client: { prospect: 'warn', active: 'ok', inactive: 'neu', restricted: 'bad', erased: 'neu' },
  booking: {
    draft: 'neu',
    option: 'warn',
    confirmed: 'ok',
    in_progress: 'info',
    done: 'ok',
    invoiced: 'vio',
    closed: 'neu',
    cancelled: 'bad',
    no_show: 'bad',
    waitlisted: 'warn',
    clash: 'bad',
  },
  document: { draft: 'neu', issuing: 'warn', issued: 'ok', received: 'info', approved: 'ok', posted: 'vio' },
  retention: {
    retained: 'ok',
    held: 'info',
    due_for_disposition: 'warn',
    return_or_delete_pending: 'warn',
    trigger_pending: 'neu',
    destroyed: 'neu',
  },
};

/** The tone of a state of a kind of record. */
export function toneOf(kind: 'client' | 'booking' | 'document' | 'retention', state: string): Tone {
  return tones[kind]?.[state] ?? 'neu';
}

/** The word for a value that the desk knows; the value itself for one that it does not. */
export function wordFor(words: Record<string, string>, value: string): string {
  return words[value] ?? value;
}
