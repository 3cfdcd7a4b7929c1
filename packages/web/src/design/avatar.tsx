import { avatarColour, initialsOf } from './avatar-look.ts';
import { classNames } from './class-names.ts';

const SIZES = {
  20: 'size-5 text-[0.5625rem]',
  24: 'size-6 text-[0.625rem]',
  32: 'size-8 text-small',
  36: 'size-9 text-secondary',
  40: 'size-10 text-message',
  64: 'size-16 text-title',
} as const;

// Written out, because Tailwind finds class names by reading the source.
const GROUNDS = [
  'bg-avatar-1',
  'bg-avatar-2',
  'bg-avatar-3',
  'bg-avatar-4',
  'bg-avatar-5',
  'bg-avatar-6',
  'bg-avatar-7',
  'bg-avatar-8',
  'bg-avatar-9',
  'bg-avatar-10',
] as const;

// A person keeps one colour everywhere: these match GROUNDS.
const TEXTS = [
  'text-avatar-1',
  'text-avatar-2',
  'text-avatar-3',
  'text-avatar-4',
  'text-avatar-5',
  'text-avatar-6',
  'text-avatar-7',
  'text-avatar-8',
  'text-avatar-9',
  'text-avatar-10',
] as const;

interface AvatarProps {
  readonly id: string;
  readonly name: string;
  /** Pixels at the usual text size. Default 36, as in the timeline. */
  readonly size?: keyof typeof SIZES;
  /** Draws the presence dot. Left out: nothing is said about presence. */
  readonly online?: boolean;
}

/** A person as initials on their colour. Hidden from screen readers: the name stands beside it, or names the control. */
export function Avatar({ id, name, size = 36, online }: AvatarProps) {
  return (
    <span aria-hidden className={classNames('relative inline-block shrink-0 select-none', SIZES[size])}>
      <span
        className={classNames(
          'flex size-full items-center justify-center font-semibold text-on-avatar',
          size >= 32 ? 'rounded-md' : 'rounded-sm',
          GROUNDS[avatarColour(id) - 1],
        )}
      >
        {initialsOf(name)}
      </span>
      {online === true && (
        <span className="absolute -right-0.5 -bottom-0.5 size-2.5 rounded-full border-2 border-sunken bg-ok" />
      )}
    </span>
  );
}

/** The class that colours a person's name as their avatar. Contrast-safe on paper, raised and sunken. */
export function nameColourClass(id: string): string {
  return TEXTS[avatarColour(id) - 1] ?? 'text-ink';
}
