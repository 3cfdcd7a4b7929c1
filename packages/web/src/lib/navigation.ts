import type { Conversation } from '@parley/client';
import type { UserId } from '@parley/protocol';
import { type MouseEvent, useSyncExternalStore } from 'react';
import { formatRoute, parseRoute, type Route } from './router.ts';

const listeners = new Set<() => void>();
let current: { readonly address: string; readonly route: Route } | null = null;

/** The current route. Rerenders when it changes. */
export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute);
}

/** Returns the same object until the address changes. */
export function currentRoute(): Route {
  const address = location.pathname + location.search;
  if (current?.address !== address) current = { address, route: parseRoute(address) };
  return current.route;
}

/** Navigates to `route`. Adds a history entry, unless `replace` is set or the address stays the same. */
export function navigate(route: Route, options: { readonly replace?: boolean } = {}): void {
  const address = formatRoute(route);
  if (address === location.pathname + location.search) return;
  const fromHome = currentRoute().name === 'home';
  if (options.replace === true) history.replaceState(history.state, '', address);
  else history.pushState({ fromHome }, '', address);
  for (const listener of listeners) listener();
}

/** The back button on a phone: leads to the sidebar, through the browser's history if that is the previous entry. */
export function backToSidebar(): void {
  const state: unknown = history.state;
  if (typeof state === 'object' && state !== null && 'fromHome' in state && state.fromHome === true) history.back();
  else navigate({ name: 'home' }, { replace: true });
}

/** Opens a conversation at the message `atSeq`, or at its initial position. */
export function openConversation(conversation: Conversation, atSeq: number | null = null): void {
  navigate(routeOf(conversation, atSeq));
}

export function routeOf(conversation: Conversation, atSeq: number | null = null): Route {
  return isDirect(conversation)
    ? { name: 'dm', user: conversation.slice('to:'.length) }
    : { name: 'channel', channel: conversation, atSeq };
}

/** The conversation of a route, or null. */
export function conversationOf(route: Route): Conversation | null {
  if (route.name === 'channel') return route.channel;
  return route.name === 'dm' ? `to:${route.user}` : null;
}

/** Link properties that navigate within the page. Clicks with a modifier still open a new tab. */
export function linkTo(route: Route): { href: string; onClick: (event: MouseEvent) => void } {
  return {
    href: formatRoute(route),
    onClick: (event) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      navigate(route);
    },
  };
}

function isDirect(conversation: Conversation): conversation is `to:${UserId}` {
  return conversation.startsWith('to:');
}

function subscribe(changed: () => void): () => void {
  listeners.add(changed);
  addEventListener('popstate', changed);
  return () => {
    listeners.delete(changed);
    removeEventListener('popstate', changed);
  };
}
