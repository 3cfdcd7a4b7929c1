/** The logo: a speech bubble on the accent colour. The favicon is the same drawing. */
export function Logo({ size }: { readonly size: number }) {
  return (
    <svg aria-hidden viewBox="0 0 32 32" width={size} height={size} className="shrink-0">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path
        className="fill-on-accent"
        d="M9.5 8.5h13A3.5 3.5 0 0 1 26 12v6.5a3.5 3.5 0 0 1-3.5 3.5h-6.300l-4.700 3.900c-.6.5-1.5.1-1.5-.7V22h-.5A3.5 3.5 0 0 1 6 18.5V12a3.5 3.5 0 0 1 3.5-3.5z"
      />
    </svg>
  );
}
