import type { ChannelKind } from '@parley/protocol';
import { Hash, Lock, MessageCircle } from 'lucide-react';
import { classNames } from './class-names.ts';

interface ChannelIconProps {
  readonly kind: ChannelKind;
  readonly size?: number;
  readonly className?: string;
}

/** # for public, a lock for private channels. Hidden from screen readers. */
export function ChannelIcon({ kind, size = 16, className }: ChannelIconProps) {
  const Icon = kind === 'public' ? Hash : kind === 'private' ? Lock : MessageCircle;
  return <Icon aria-hidden size={size} className={classNames('shrink-0', className)} />;
}
