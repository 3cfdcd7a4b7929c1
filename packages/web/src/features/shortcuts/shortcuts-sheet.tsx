import { Dialog } from '../../ui/dialog.tsx';
import { Keys } from '../../ui/keys.tsx';
import { SHORTCUTS } from './shortcuts.ts';

/** Lists all keyboard shortcuts. */
export function ShortcutsSheet({ onClosed }: { readonly onClosed: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClosed={onClosed}>
      <div className="flex flex-col gap-5">
        {SHORTCUTS.map(({ title, entries }) => (
          <section key={title}>
            <h3 className="pb-1 text-small font-medium text-faint">{title}</h3>
            <dl>
              {entries.map(({ what, keys }) => (
                <div key={what} className="flex h-9 items-center justify-between border-b border-line last:border-0">
                  <dt className="text-secondary">{what}</dt>
                  <dd className="flex gap-3">
                    {keys.map((key) => (
                      <Keys key={key} keys={key} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
