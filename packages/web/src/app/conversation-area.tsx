import type { Conversation } from '@parley/client';
import { useChannel, useParley, useSelected } from '@parley/react';
import { Suspense } from 'react';
import { ChannelHeader } from '../features/channel-header/channel-header.tsx';
import { Onboarding } from '../features/onboarding/onboarding.tsx';
import { useShowsOnboarding } from '../features/onboarding/use-shows-onboarding.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { ConversationView, MissingChannel } from './lazy-components.ts';

interface ConversationAreaProps {
  readonly conversation: Conversation;
  readonly atSeq: number | null;
}

/** The middle column. */
export function ConversationArea({ conversation, atSeq }: ConversationAreaProps) {
  const parley = useParley();
  const missing = useSelected(parley.channels, (all) => {
    return all.length > 0 && parley.channelOf(conversation) === null && !conversation.startsWith('to:');
  });
  if (missing) {
    return (
      <Suspense fallback={null}>
        <MissingChannel key={conversation} id={conversation} />
      </Suspense>
    );
  }
  return (
    <>
      <ChannelHeader conversation={conversation} />
      <OnboardingArea conversation={conversation} />
      <ErrorBoundary key={conversation}>
        <Suspense fallback={null}>
          <ConversationView conversation={conversation} atSeq={atSeq} />
        </Suspense>
      </ErrorBoundary>
    </>
  );
}

function OnboardingArea({ conversation }: { readonly conversation: Conversation }) {
  return useShowsOnboarding(useChannel(conversation)) ? <Onboarding /> : null;
}
