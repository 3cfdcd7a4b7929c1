import type { Timeline } from '@parley/client';
import { useParley } from '@parley/react';
import './timeline.css';
import {
  type KeyboardEvent,
  type ReactElement,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { focusComposer } from '../../lib/composer-focus.ts';
import { classNames } from '../../ui/class-names.ts';
import type { Editing, ConversationProps } from './conversation-props.ts';
import { MessageRowView } from './message-row.tsx';
import type { TimelineRow } from './rows.ts';
import { heightsOf, saveScroll, toCacheSnapshot } from './scroll/scroll-memory.ts';
import type { TimelineScroll } from './scroll/timeline-scroll.ts';
import { useRowTransitions } from './scroll/use-row-transitions.ts';
import { TimelineEdge } from './timeline-edge.tsx';
import { TimelineStart } from './timeline-start.tsx';
import { useRovingFocus } from './use-roving-focus.ts';

interface MessageListProps extends ConversationProps {
  readonly timeline: Timeline;
  readonly editing: Editing | null;
  readonly onEdit: (editing: Editing) => void;
  readonly onEditEnd: () => void;
  readonly rows: readonly TimelineRow[];
  readonly scroll: TimelineScroll;
  /** Heights of rows that were measured before. */
  readonly heights: ReadonlyMap<string, number> | null;
  /** New messages appear in view and are announced. */
  readonly live: boolean;
  /** The initial scroll position is reached. */
  readonly isPositioned: boolean;
  readonly linked: string | null;
}

/** The virtual list of messages: only those near the view are in the document. */
export function MessageList(props: MessageListProps) {
  const { scroll, heights, live, isPositioned, name, editing } = props;
  const { rows, shift } = useRowTransitions(props.rows);
  const [cache] = useState(() => (heights === null ? undefined : toCacheSnapshot(rows, heights)));
  const handle = useScrollHandle(props.storageKey, rows, scroll);
  const onScroll = useLoadMore(props);
  const scroller = useRef<HTMLDivElement>(null);
  const rovingFocus = useRovingFocus(rows, scroll, scroller);
  const buffer = useBuffer(isPositioned, scroll);
  useLayoutEffect(() => scroll.rowsChanged(rows), [rows, scroll]);

  const edited = rows.findIndex(({ key }) => key === editing?.message);
  return (
    // Handles the keys of the messages inside.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={scroller}
      role="log"
      aria-label={`Messages in ${name}`}
      aria-live={live ? 'polite' : 'off'}
      aria-relevant="additions"
      onKeyDown={(event) => typeIntoComposer(event) || rovingFocus.onKeyDown(event)}
      onFocus={rovingFocus.onFocus}
      onWheel={({ deltaY }) => deltaY < 0 && scroll.stopFollowing()}
      className={classNames(LOG, !isPositioned && 'invisible')}
    >
      {/* Aligns a short list to the lower edge, next to the composer. */}
      <div className="grow" />
      <Virtualizer
        ref={handle}
        scrollRef={scroller}
        data={rows}
        shift={shift}
        {...(cache === undefined ? {} : { cache })}
        keepMounted={[...rovingFocus.keepMounted, edited].filter((index) => index !== -1)}
        bufferSize={buffer}
        onScroll={onScroll}
        onResize={() => scroll.resized()}
      >
        {(row) => renderRow(row, props, rovingFocus.current)}
      </Virtualizer>
    </div>
  );
}

const LOG = 'flex size-full flex-col overflow-y-auto overscroll-contain [overflow-anchor:none]';
/** Rows are rendered this far beyond the view, because fast scrolling is a frame or two ahead of rendering. */
const BUFFER_PX = 1_000;
/** Renders only the view at first. The rest follows once the channel is on screen. */
const INITIAL_BUFFER_PX = 100;
const INITIAL_BUFFER_MS = 100;

function useBuffer(isPositioned: boolean, scroll: TimelineScroll): number {
  const [buffer, setBuffer] = useState(INITIAL_BUFFER_PX);
  useEffect(() => {
    if (!isPositioned) return;
    const timer = setTimeout(() => {
      scroll.resized();
      setBuffer(BUFFER_PX);
    }, INITIAL_BUFFER_MS);
    return () => clearTimeout(timer);
  }, [isPositioned, scroll]);
  return buffer;
}

function renderRow(row: TimelineRow, props: MessageListProps, current: string | null): ReactElement {
  const { channel, linked, editing, onEdit, onEditEnd } = props;
  if (row.kind === 'end') return <TimelineEdge key="end" />;
  if (row.kind === 'start') return row.more ? <TimelineEdge key="start" /> : <TimelineStart key="start" {...props} />;
  return (
    <MessageRowView
      key={row.key}
      row={row}
      channelId={channel?.id ?? null}
      tabbable={row.key === current}
      linked={row.key === linked}
      editing={row.key === editing?.message ? editing : null}
      onEdit={onEdit}
      onEditEnd={onEditEnd}
    />
  );
}

/** Attaches the list to `scroll`, and saves the scroll position when the list unmounts. */
function useScrollHandle(storageKey: string, rows: readonly TimelineRow[], scroll: TimelineScroll) {
  const handle = useRef<VirtualizerHandle>(null);
  const latest = useRef(rows);
  useLayoutEffect(() => {
    latest.current = rows;
  });
  useLayoutEffect(() => {
    const list = handle.current;
    if (list === null) return;
    scroll.attach(list);
    return () => {
      saveScroll(storageKey, { savedPosition: scroll.savedPosition(), heights: heightsOf(latest.current, list.cache) });
      scroll.attach(null);
    };
  }, [storageKey, scroll]);
  return handle;
}

/** Loads more messages when the view comes near either end. Returns the scroll handler. */
function useLoadMore({ conversation, timeline, scroll }: MessageListProps): () => void {
  const parley = useParley();
  const { moreBefore, loadingBefore, moreAfter, loadingAfter } = timeline;
  const loadMore = useCallback(() => {
    if (moreBefore && !loadingBefore && scroll.isNearStart) parley.loadOlder(conversation);
    if (moreAfter && !loadingAfter && scroll.isNearEnd) parley.loadNewer(conversation);
  }, [parley, conversation, scroll, moreBefore, loadingBefore, moreAfter, loadingAfter]);
  useEffect(() => {
    // Waits until the list has scrolled to its initial position: before that, the view seems to be at the start.
    const frame = requestAnimationFrame(loadMore);
    return () => cancelAnimationFrame(frame);
  }, [loadMore]);
  return useCallback(() => {
    scroll.scrolled();
    loadMore();
  }, [scroll, loadMore]);
}

/** Typing moves the focus to the composer, from anywhere in the list. */
function typeIntoComposer({ key, target, ...event }: KeyboardEvent): boolean {
  const isCharacter = key.length === 1 && key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey;
  const isField = target instanceof HTMLElement && target.closest('textarea, input, [role="dialog"]') !== null;
  if (!isCharacter || isField) return false;
  focusComposer();
  return true;
}
