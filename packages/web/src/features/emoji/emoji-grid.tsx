import { memo, useEffect, useRef } from 'react';
import { useDelayed } from '../../lib/use-delayed.ts';
import { classNames } from '../../ui/class-names.ts';
import { Spinner } from '../../ui/spinner.tsx';
import { COLUMNS, type Section } from './sections.ts';

const CELL_PX = 36;

/** The id of the option that `aria-activedescendant` refers to. */
export const optionId = (list: string, index: number): string => `${list}-${index}`;

interface EmojiGridProps {
  readonly id: string;
  readonly sections: readonly Section[];
  /** Index over all sections. */
  readonly active: number;
  readonly loading: boolean;
  readonly onPick: (emoji: string) => void;
  readonly onActive: (index: number) => void;
}

/** The emoji by section. One listener serves all cells. */
export function EmojiGrid({ id, sections, active, loading, onPick, onActive }: EmojiGridProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector(`[id="${optionId(id, active)}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [id, active]);
  const starts = startIndexes(sections);
  const isEmpty = !loading && sections.every(({ emoji }) => emoji.length === 0);
  return (
    // The search field handles the keyboard and owns the list.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      ref={list}
      id={id}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- No tag is a list of choices for another element.
      role="listbox"
      aria-label="Emoji"
      onClick={({ target }) => {
        const emoji = cellOf(target)?.dataset['emoji'];
        if (emoji !== undefined) onPick(emoji);
      }}
      onPointerMove={({ target }) => {
        const index = cellOf(target)?.dataset['index'];
        if (index !== undefined) onActive(Number(index));
      }}
      className="min-h-0 flex-1 scroll-py-8 overflow-y-auto overscroll-contain px-2 pb-2"
    >
      {loading && <Loading />}
      {isEmpty && <p className="py-10 text-center text-secondary text-muted">No emoji has that name.</p>}
      {sections.map((section, at) => (
        <SectionView
          key={section.title}
          id={id}
          section={section}
          start={starts[at] ?? 0}
          active={active >= (starts[at] ?? 0) && active < (starts[at] ?? 0) + section.emoji.length ? active : -1}
        />
      ))}
    </div>
  );
}

interface SectionViewProps {
  readonly id: string;
  readonly section: Section;
  readonly start: number;
  /** -1 when the active cell is in another section. */
  readonly active: number;
}

const SectionView = memo(function SectionView({ id, section, start, active }: SectionViewProps) {
  if (section.emoji.length === 0) return null;
  const height = Math.ceil(section.emoji.length / COLUMNS) * CELL_PX;
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- A fieldset is no child of a listbox.
    <div role="group" aria-label={section.title}>
      <p aria-hidden className="sticky top-0 z-10 bg-raised px-1 py-1.5 text-small font-medium text-muted">
        {section.title}
      </p>
      {/* Skips the layout of sections out of view. */}
      <div className="grid grid-cols-8 [content-visibility:auto]" style={{ containIntrinsicSize: `auto ${height}px` }}>
        {section.emoji.map(({ emoji, name }, index) => (
          <div
            key={emoji}
            id={optionId(id, start + index)}
            // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- The tag is for the choices of a select.
            role="option"
            aria-selected={start + index === active}
            aria-label={name?.replaceAll('_', ' ') ?? emoji}
            data-emoji={emoji}
            data-index={start + index}
            className={classNames(
              'flex h-9 cursor-pointer items-center justify-center rounded-sm text-[1.375rem] leading-none select-none',
              start + index === active && 'bg-hover outline-2 -outline-offset-2 outline-accent',
            )}
          >
            {emoji}
          </div>
        ))}
      </div>
    </div>
  );
});

function Loading() {
  const isSlow = useDelayed();
  return <div className="flex h-full items-center justify-center text-muted">{isSlow && <Spinner size={20} />}</div>;
}

function startIndexes(sections: readonly Section[]): number[] {
  const starts: number[] = [];
  let start = 0;
  for (const { emoji } of sections) {
    starts.push(start);
    start += emoji.length;
  }
  return starts;
}

function cellOf(target: EventTarget): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-emoji]') : null;
}
