import type { ComponentChildren } from "preact";

/** Things of a section that belong together. */
export function Card({ title, about, children }: {
  readonly title?: ComponentChildren;
  readonly about?: ComponentChildren;
  readonly children?: ComponentChildren;
}) {
  return (
    <section class="card">
      {title !== undefined && <h2 class="card-title">{title}</h2>}
      {about !== undefined && <p class="card-about">{about}</p>}
      {children}
    </section>
  );
}
