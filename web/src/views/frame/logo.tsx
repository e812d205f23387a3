/** The sign of kez: two tiles that fit into each other, in one that holds them. */
export function Logo({ size = 32 }: { readonly size?: number }) {
  return (
    <svg class="logo" width={size} height={size} viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <rect width="64" height="64" rx="18" class="logo-ground" />
      <path d="M18 14h7v15.5L40 14h9L32.5 31 50 50h-9.3L25 32.8V50h-7z" class="logo-letter" />
      <circle cx="47" cy="32" r="4.5" class="logo-dot" />
    </svg>
  );
}
