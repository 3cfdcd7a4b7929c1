import { useParley } from '@parley/react';
import './timeline.css';
import { type KeyboardEvent, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { focusComposer } from '../../app/composer-focus.ts';
import { MessageRowView } from './message-row.tsx';
import type { TimelineRow } from './rows.ts';
import { heightsOf, remember, snapshotOf } from './scroll-memory.ts';
import { TimelineEdge } from './timeline-edge.tsx';
import type { TimelineScroll } from './timeline-scroll.ts';
import { TimelineStart } from './timeline-start.tsx';
import type { TimelineViewProps } from './timeline-view.tsx';
import { useRoving } from './use-roving.ts';
import { useStagedRows } from './use-staged-rows.ts';

interface MessageListProps extends TimelineViewProps {
  readonly rows: readonly TimelineRow[];
  readonly scroll: TimelineScroll;
  /** Of rows that were measured before. */
  readonly heights: ReadonlyMap<string, number> | null;
  /** New messages appear in view, and are to be read out. */
  readonly live: boolean;
  readonly linked: string | null;
}

/** The messages, of which only those near the view are in the document. */
export function MessageList(props: MessageListProps) {
  const { rows: wanted, scroll, heights, live, linked, name, editing, onEdit, onEditEnd } = props;
  const { rows, shift } = useStagedRows(wanted);
  const [cache] = useState(() => (heights === null ? undefined : snapshotOf(rows, heights)));
  const handle = useScrollHandle(props.memory, rows, scroll);
  const { onScroll, loadMore } = useLoadMore(props);
  const scroller = useRef<HTMLDivElement>(null);
  const roving = useRoving(rows, scroll, scroller);
  useLayoutEffect(() => {
    scroll.rowsChanged(rows);
    loadMore();
  }, [rows, scroll, loadMore]);

  const kept = rows.findIndex(({ key }) => key === editing?.message);
  return (
    <div
      ref={scroller}
      role="log"
      aria-label={`Messages in ${name}`}
      aria-live={live ? 'polite' : 'off'}
      aria-relevant="additions"
      onKeyDown={(event) => typeIntoComposer(event) || roving.onKeyDown(event)}
      onFocus={roving.onFocus}
      className="flex size-full flex-col overflow-y-auto overscroll-contain pb-1 [overflow-anchor:none]"
    >
      {/* Few messages stand at the lower edge, next to the composer. */}
      <div className="grow" />
      <Virtualizer
        ref={handle}
        scrollRef={scroller}
        data={rows}
        shift={shift}
        {...(cache === undefined ? {} : { cache })}
        keepMounted={[...roving.kept, kept].filter((index) => index !== -1)}
        bufferSize={400}
        onScroll={onScroll}
        onResize={() => scroll.resized()}
      >
        {(row) => {
          if (row.kind === 'start')
            return row.more ? <TimelineEdge key="start" /> : <TimelineStart key="start" {...props} />;
          if (row.kind === 'end') return <TimelineEdge key="end" />;
          return (
            <MessageRowView
              key={row.key}
              row={row}
              channelId={props.channel?.id ?? null}
              tabbable={row.key === roving.current}
              linked={row.key === linked}
              editing={row.key === editing?.message ? editing : null}
              onEdit={onEdit}
              onEditEnd={onEditEnd}
            />
          );
        }}
      </Virtualizer>
    </div>
  );
}

/** Hands the list to `scroll`, and remembers the place when it goes. */
function useScrollHandle(memory: string, rows: readonly TimelineRow[], scroll: TimelineScroll) {
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
      remember(memory, { left: scroll.place(), heights: heightsOf(latest.current, list.cache) });
      scroll.attach(null);
    };
  }, [memory, scroll]);
  return handle;
}

function useLoadMore({ conversation, timeline, scroll }: MessageListProps) {
  const parley = useParley();
  const { moreBefore, loadingBefore, moreAfter, loadingAfter } = timeline;
  const loadMore = useCallback(() => {
    if (moreBefore && !loadingBefore && scroll.isNearStart) parley.loadOlder(conversation);
    if (moreAfter && !loadingAfter && scroll.isNearEnd) parley.loadNewer(conversation);
  }, [parley, conversation, scroll, moreBefore, loadingBefore, moreAfter, loadingAfter]);
  const onScroll = useCallback(() => {
    scroll.scrolled();
    loadMore();
  }, [scroll, loadMore]);
  return { onScroll, loadMore };
}

/** Whoever types means the composer, wherever the focus is. */
function typeIntoComposer(event: KeyboardEvent): boolean {
  const { key, target } = event;
  const isCharacter = key.length === 1 && key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!isCharacter || (target instanceof HTMLElement && target.closest('textarea, input, [role="dialog"]') !== null))
    return false;
  focusComposer();
  return true;
}
