import type { Conversation } from '@parley/client';
import type { UserId } from '@parley/protocol';
import { type MouseEvent, useSyncExternalStore } from 'react';
import { formatRoute, parseRoute, type Route } from './router.ts';

const listeners = new Set<() => void>();
let current: { readonly address: string; readonly route: Route } | null = null;

/** Where the user is now; renders again after each move. */
export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute);
}

/** The same object until the address changes. */
export function currentRoute(): Route {
  const address = location.pathname + location.search;
  if (current?.address !== address) current = { address, route: parseRoute(address) };
  return current.route;
}

/** Goes to `route`, as a new step of the browser's history unless `replace` is set or it is where the user is. */
export function navigate(route: Route, options: { readonly replace?: boolean } = {}): void {
  const address = formatRoute(route);
  if (address === location.pathname + location.search) return;
  const fromHome = currentRoute().name === 'home';
  if (options.replace === true) history.replaceState(history.state, '', address);
  else history.pushState({ fromHome }, '', address);
  for (const listener of listeners) listener();
}

/** The back button of a phone: to the sidebar, back through the history where that is the step before. */
export function backToSidebar(): void {
  const state: unknown = history.state;
  if (typeof state === 'object' && state !== null && 'fromHome' in state && state.fromHome === true) history.back();
  else navigate({ name: 'home' }, { replace: true });
}

/** Shows a conversation; `atSeq` is the message to land on, else the first unread. */
export function openConversation(conversation: Conversation, atSeq: number | null = null): void {
  navigate(routeOf(conversation, atSeq));
}

export function routeOf(conversation: Conversation, atSeq: number | null = null): Route {
  return isDirect(conversation)
    ? { name: 'dm', user: conversation.slice('to:'.length) }
    : { name: 'channel', channel: conversation, atSeq };
}

/** What a route shows; null where that is no conversation. */
export function conversationOf(route: Route): Conversation | null {
  if (route.name === 'channel') return route.channel;
  return route.name === 'dm' ? `to:${route.user}` : null;
}

/** Props of a link to `route` that moves within the page, and still opens in a new tab when asked to. */
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
