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

// Written out, because Tailwind finds class names in the source.
const BACKGROUNDS = [
  'bg-person-1',
  'bg-person-2',
  'bg-person-3',
  'bg-person-4',
  'bg-person-5',
  'bg-person-6',
  'bg-person-7',
  'bg-person-8',
  'bg-person-9',
  'bg-person-10',
] as const;

interface AvatarProps {
  readonly id: string;
  readonly name: string;
  /** Pixels at the default text size. Default 36, as in the timeline. */
  readonly size?: keyof typeof SIZES;
  /** Shows the presence dot. */
  readonly online?: boolean;
}

/** A user's initials on their colour. Hidden from screen readers, because the name is next to it or labels the control. */
export function Avatar({ id, name, size = 36, online }: AvatarProps) {
  return (
    <span aria-hidden className={classNames('relative inline-block shrink-0 select-none', SIZES[size])}>
      <span
        className={classNames(
          'flex size-full items-center justify-center font-semibold text-on-person',
          size >= 32 ? 'rounded-md' : 'rounded-sm',
          BACKGROUNDS[avatarColour(id) - 1],
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
