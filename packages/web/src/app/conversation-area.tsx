import type { Conversation } from '@parley/client';
import { useChannel, useChannels } from '@parley/react';
import { lazy, Suspense } from 'react';
import { ChannelHeader } from '../features/channel-header/channel-header.tsx';
import { MissingChannel } from '../features/channel-header/missing-channel.tsx';
import { useWelcomed, Welcome } from '../features/welcome/welcome.tsx';
import { ErrorBoundary } from './error-boundary.tsx';

// Beside the entry, not in it: signing in needs none of it. `main.tsx` asks for it at once.
export const loadChannelView = () => import('../features/timeline/channel-view.tsx');
const ChannelView = lazy(async () => ({ default: (await loadChannelView()).ChannelView }));

interface ConversationAreaProps {
  readonly conversation: Conversation;
  readonly atSeq: number | null;
}

/** The middle column. */
export function ConversationArea({ conversation, atSeq }: ConversationAreaProps) {
  const channel = useChannel(conversation);
  const known = useChannels().length > 0;
  const welcomed = useWelcomed(channel);
  if (channel === null && !conversation.startsWith('to:')) {
    return known ? <MissingChannel id={conversation} /> : <ChannelHeader conversation={conversation} />;
  }
  return (
    <>
      <ChannelHeader conversation={conversation} />
      <ErrorBoundary key={conversation}>
        <Suspense fallback={null}>
          <ChannelView conversation={conversation} atSeq={atSeq} intro={welcomed ? <Welcome /> : undefined} />
        </Suspense>
      </ErrorBoundary>
    </>
  );
}
