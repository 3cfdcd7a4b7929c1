import type { ReactNode } from 'react';
import { Logo } from './logo.tsx';

interface NoticeProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** A page with one message and an action. */
export function Notice({ title, children, action }: NoticeProps) {
  return (
    <main className="flex h-full flex-col items-center justify-center bg-sunken px-6 text-center">
      <Logo size={40} />
      <h1 className="mt-6 text-heading font-semibold">{title}</h1>
      <p className="mt-1.5 max-w-sm text-message text-muted">{children}</p>
      {action !== undefined && <div className="mt-6 flex gap-2">{action}</div>}
    </main>
  );
}
