import type { Conversation } from '@parley/client';
import { conversationOf, useRoute } from '../../lib/navigation.ts';

/** The conversation on screen. Null on the first screen of a phone. */
export const useCurrentConversation = (): Conversation | null => conversationOf(useRoute());
