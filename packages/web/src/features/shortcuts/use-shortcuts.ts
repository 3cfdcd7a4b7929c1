import type { ParleyClient } from '@parley/client';
import { useParley } from '@parley/react';
import { useEffect } from 'react';
import { focusComposer } from '../../lib/composer-focus.ts';
import { dialogStore, openDialog } from '../../lib/dialogs.ts';
import { conversationOf, currentRoute, openConversation } from '../../lib/navigation.ts';
import { closePanel, panelStore } from '../../lib/side-panel.ts';
import { isMuted } from '../muting/muted.ts';
import { unreadFirstStore } from '../sidebar/order-preference.ts';
import { inSidebarOrder, neighbour } from '../sidebar/order.ts';
import { type ShortcutAction, shortcutOf } from './shortcuts.ts';

/** Handles page-wide shortcuts. Components that handle a key themselves prevent its default. */
export function useShortcuts(): void {
  const parley = useParley();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const action = shortcutOf(event);
      if (action === null) return;
      // Open overlays handle Escape. All other shortcuts work everywhere.
      if (action.name === 'escape' && isOverlayOpen()) return;
      event.preventDefault();
      runAction(action, parley);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [parley]);
}

function runAction(action: ShortcutAction, parley: ParleyClient): void {
  switch (action.name) {
    case 'switcher':
    case 'shortcuts':
      return openDialog({ name: action.name });
    case 'settings':
      return openDialog({ name: 'settings', tab: 'profile' });
    case 'escape':
      return panelStore.get() ? closePanelAndFocus() : markRead(parley);
    case 'move':
      return dialogStore.get() === null ? move(parley, action) : undefined;
    default:
      return action satisfies never;
  }
}

function closePanelAndFocus(): void {
  closePanel();
  focusComposer();
}

function move(parley: ParleyClient, step: { direction: 'up' | 'down'; unreadOnly: boolean }): void {
  const current = conversationOf(currentRoute());
  const from = current === null ? null : (parley.channelOf(current)?.id ?? null);
  const all = inSidebarOrder(parley.channels.get(), unreadFirstStore.get());
  const eligible = step.unreadOnly ? all.filter(({ id }) => id === from || !isMuted(id)) : all;
  const next = neighbour(eligible, { ...step, from });
  if (next !== null) openConversation(next.id);
}

function markRead(parley: ParleyClient): void {
  const current = conversationOf(currentRoute());
  const channel = current === null ? null : parley.channelOf(current);
  if (channel !== null && channel.unread > 0) parley.markRead(channel.id, channel.lastSeq);
}

function isOverlayOpen(): boolean {
  return document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]') !== null;
}
