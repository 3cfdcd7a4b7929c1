import type { ReactNode } from 'react';
import { Logo } from '../../ui/logo.tsx';

interface PageLayoutProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
  /** Below the form: the alternative to it. */
  readonly foot?: ReactNode;
}

/** The layout of pages without a session: logo, title and form. */
export function PageLayout({ title, lead, children, foot }: PageLayoutProps) {
  return (
    <main className="flex h-full flex-col items-center overflow-y-auto bg-sunken px-6 pt-[min(16vh,9rem)] pb-10">
      <div className="w-full max-w-[22rem]">
        <Logo size={44} />
        <h1 className="mt-6 text-title font-semibold tracking-tight wrap-anywhere">{title}</h1>
        {lead !== undefined && <p className="mt-1.5 text-message text-muted">{lead}</p>}
        {children}
        {foot !== undefined && <div className="mt-6 text-secondary text-muted">{foot}</div>}
      </div>
    </main>
  );
}
