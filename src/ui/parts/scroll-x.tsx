import { type ReactNode, useEffect, useRef, useState } from 'react';

/** Holds something wide. Where it does not fit it scrolls sideways, and the keyboard can do that too. */
export function ScrollX({ label, children }: { label: string; children: ReactNode }) {
  const host = useRef<HTMLElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setScrolls(element.scrollWidth > element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <section
      ref={host}
      className="tp-scroll-x"
      aria-label={scrolls ? label : undefined}
      tabIndex={scrolls ? 0 : undefined}
    >
      {children}
    </section>
  );
}
