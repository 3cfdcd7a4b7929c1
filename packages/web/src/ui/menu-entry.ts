import type { ReactNode } from 'react';

export interface MenuAction {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly onSelect: () => void;
  readonly tone?: 'plain' | 'danger';
  /** The keyboard shortcut: `Mod+K`. */
  readonly keys?: string;
  readonly disabled?: boolean;
}

/** `'-'` is a separator. */
export type MenuEntry = MenuAction | '-';
