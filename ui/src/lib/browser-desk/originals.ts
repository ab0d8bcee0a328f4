import { DeskError } from '../desk-error';
import type { OriginalLine } from '../generated/OriginalLine';
import { idOf, number } from './random';
import type { BrowserStore } from './store';

/** The originals of the desk in memory: some documents have one, and files can be added. */
export class InventedOriginals {
  #store: BrowserStore;
  #lines: Map<string, OriginalLine> | undefined;

  constructor(store: BrowserStore) {
    this.#store = store;
  }

  get #all(): Map<string, OriginalLine> {
    this.#lines ??= new Map(
      this.#store.documentLines.flatMap((document, index) => {
        if (index % 3) return [];
        const id = idOf(5, index);
        const line: OriginalLine = {
          id,
          document: document.id,
          document_number: document.number ?? '',
          client: document.client,
          client_name: document.client_name,
          file_name: `scan ${document.number ?? ''}.pdf`,
          media_type: 'application/pdf',
          size: 90_000 + 1000 * number(30, index, 2000),
          sha256: '0'.repeat(64),
          whereabouts: index % 2 ? 'hub' : 'here',
          pinned: index % 12 === 0,
        };
        return [[id, line] as const];
      }),
    );
    return this.#lines;
  }

  of(document: string): OriginalLine[] {
    return [...this.#all.values()].filter((line) => line.document === document);
  }

  line(id: string): OriginalLine {
    const found = this.#all.get(id);
    if (found) return found;
    throw new DeskError('unknown_record', 'This original is not here.');
  }

  add(id: string, file: File): OriginalLine {
    const document = this.#store.documentLines.find((line) => line.id === id);
    if (!document) throw new DeskError('unknown_record', 'This document is not here.');
    const line: OriginalLine = {
      id: idOf(5, 900_000 + this.#all.size),
      document: id,
      document_number: document.number ?? '',
      client: document.client,
      client_name: document.client_name,
      file_name: file.name,
      media_type: file.type || 'application/octet-stream',
      size: file.size,
      sha256: '1'.repeat(64),
      whereabouts: 'waiting',
      pinned: false,
    };
    this.#all.set(line.id, line);
    return line;
  }

  keep(id: string, keep: boolean): OriginalLine {
    const line = { ...this.line(id), pinned: keep };
    this.#all.set(id, line);
    return line;
  }
}
