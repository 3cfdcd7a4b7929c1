import { useChannels, useReadable } from '@parley/react';
import { Check, X } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { openDialog } from '../../lib/dialogs.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { isGeneral } from '../channels/names-and-permissions.ts';
import { InviteLink } from '../invites/invite-link.tsx';
import { useCurrentUser } from '../session/use-current-user.ts';
import { ThemeChoice } from '../settings/theme-choice.tsx';
import { recordOnboardingStep, onboardingStore } from './onboarding-progress.ts';

/** The owner's first three steps. Each is checked off automatically. */
export function Onboarding() {
  const me = useCurrentUser();
  const progress = useReadable(onboardingStore);
  const channels = useChannels();
  const invited = progress.invited || (channels.find(isGeneral)?.memberCount ?? 0) > 1;
  const hasChannel = channels.some((channel) => channel.kind !== 'dm' && !isGeneral(channel));
  const done = [invited, hasChannel, progress.themed].filter(Boolean).length;
  // Shows the completion once and hides the list from the next visit on.
  useEffect(() => (done === 3 ? () => recordOnboardingStep('dismissed') : undefined), [done]);
  return (
    <section
      aria-label="Getting started"
      className="max-h-1/2 shrink-0 overflow-y-auto border-b border-line px-5 py-4 max-md:px-4"
    >
      <div className="max-w-(--text-column)">
        <div className="flex items-start gap-3">
          <div className="min-w-0 flex-1">
            <h2 className="text-heading font-semibold">{done === 3 ? "You're all set" : `Welcome, ${me.name}`}</h2>
            <p className="text-secondary text-muted">
              {done === 3
                ? 'That was all. Have good conversations.'
                : 'This is #general, where everyone is. Three things make it a place for your team.'}
            </p>
          </div>
          <IconButton
            size="small"
            label="Hide"
            icon={<X size={16} />}
            onClick={() => recordOnboardingStep('dismissed')}
          />
        </div>
        <ol className="mt-2 flex flex-col">
          <Step title="Invite someone" done={invited}>
            <InviteLink quiet={invited} onCopied={() => recordOnboardingStep('invited')} />
          </Step>
          <Step title="Make a channel" done={hasChannel}>
            <Button variant={hasChannel ? 'quiet' : 'secondary'} onClick={() => openDialog({ name: 'create-channel' })}>
              {hasChannel ? 'Create another' : 'Create a channel'}
            </Button>
          </Step>
          <Step title="Pick a theme" done={progress.themed}>
            <ThemeChoice onChosen={() => recordOnboardingStep('themed')} />
          </Step>
        </ol>
      </div>
    </section>
  );
}

interface StepProps {
  readonly title: string;
  readonly done: boolean;
  readonly children: ReactNode;
}

function Step({ title, done, children }: StepProps) {
  return (
    <li className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 border-t border-line py-1.5 first:border-0">
      <span
        aria-hidden
        className={classNames(
          'flex size-5 shrink-0 items-center justify-center rounded-full border',
          done ? 'border-accent bg-accent text-on-accent' : 'border-edge',
        )}
      >
        {done && <Check size={13} strokeWidth={3} />}
      </span>
      <span className={classNames('w-36 text-secondary', done ? 'text-muted' : 'font-medium')}>
        {title}
        {done && <span className="sr-only"> (done)</span>}
      </span>
      <div className="min-w-0 flex-1 max-md:basis-full max-md:pl-8">{children}</div>
    </li>
  );
}
