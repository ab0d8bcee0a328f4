import type { Component } from 'svelte';

/** A Lucide icon. Import each by its own path: the barrel costs seconds per build. */
export type Icon = Component<{ size?: number; strokeWidth?: number; 'aria-hidden'?: 'true' }>;
