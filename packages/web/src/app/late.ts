import { lazy } from 'react';

// What the first paint does without. The dialogs are in dialog-host.tsx.

const loadPanel = () => import('../features/members/members-panel.tsx');
// Beside the entry, not in it: signing in needs none of it. `main.tsx` asks for it at once.
export const loadChannelView = () => import('../features/timeline/channel-view.tsx');

export const preloadPanel = (): void => void loadPanel();

export const MembersPanel = lazy(async () => ({ default: (await loadPanel()).MembersPanel }));
export const ChannelView = lazy(async () => ({ default: (await loadChannelView()).ChannelView }));
export const Welcome = lazy(async () => ({ default: (await import('../features/welcome/welcome.tsx')).Welcome }));
export const MissingChannel = lazy(async () => ({
  default: (await import('../features/channel-header/missing-channel.tsx')).MissingChannel,
}));
export const StoppedNotice = lazy(async () => ({
  default: (await import('../features/connection/stopped-notice.tsx')).StoppedNotice,
}));
