import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { messages, shownFor } from '../src/lib/messages.svelte';

beforeEach(() => vi.useFakeTimers());

afterEach(() => {
  for (const message of messages.shown) messages.dismiss(message.id);
  vi.useRealTimers();
});

function texts(): string[] {
  return messages.shown.map((message) => message.text);
}

test('a message leaves by itself, an error stays until it is dismissed', () => {
  messages.show({ text: 'Saved', tone: 'plain' });
  messages.show({ text: 'Refused', tone: 'bad' });
  vi.advanceTimersByTime(shownFor - 1);
  expect(texts()).toEqual(['Saved', 'Refused']);
  vi.advanceTimersByTime(1);
  expect(texts()).toEqual(['Refused']);
  vi.advanceTimersByTime(shownFor * 10);
  expect(texts()).toEqual(['Refused']);
});

test('nothing leaves while someone reads', () => {
  messages.show({ text: 'Moved', tone: 'plain' });
  messages.hold();
  vi.advanceTimersByTime(shownFor * 10);
  expect(texts()).toEqual(['Moved']);
  messages.release();
  vi.advanceTimersByTime(shownFor);
  expect(texts()).toEqual([]);
});

test('no more than three are shown', () => {
  for (const text of ['1', '2', '3', '4']) messages.show({ text, tone: 'bad' });
  expect(texts()).toEqual(['2', '3', '4']);
});

test('the same announcement twice is a change', () => {
  messages.announce('Clients');
  const { count } = messages.announced;
  messages.announce('Clients');
  expect(messages.announced).toEqual({ text: 'Clients', count: count + 1 });
});
