import type { Jobs, Ports } from '../session/ports.ts';
import { Session } from '../session/session.ts';
import { exporter } from '../storage/download.ts';
import { presence } from './presence.ts';

/** Jobs are loaded when first used: workers carry their code, and the first screen needs none of it. */
const jobs: Jobs = {
  readTable: async (...job) => (await import('../workers/intake/client.ts')).readTable(...job),
  simulateCohort: async (...job) => (await import('../workers/intake/client.ts')).simulateCohort(...job),
  codeTable: async (...job) => (await import('../workers/intake/client.ts')).codeTable(...job),
  tableBytes: async (...job) => (await import('../workers/intake/client.ts')).tableBytes(...job),
  plan: async (...job) => (await import('../workers/planning/client.ts')).plan(...job),
  totalCost: async (...job) => (await import('../workers/planning/client.ts')).totalCost(...job),
  largestNext: async (...job) => (await import('../workers/planning/client.ts')).largestNext(...job),
  readLedger: async (...job) => (await import('../workers/planning/client.ts')).readLedger(...job),
  train: async (...job) => (await import('../workers/training/client.ts')).train(...job),
  check: async (...job) => (await import('../workers/checking/client.ts')).check(...job),
  makeBundle: async (...job) => (await import('../workers/sharing/client.ts')).makeBundle(...job),
  readBundle: async (...job) => (await import('../workers/importing/client.ts')).readBundle(...job),
  analyse: async (...job) => (await import('../workers/analysing/client.ts')).analyse(...job),
  openStudy: async (...job) => (await import('../workers/study/client.ts')).openStudy(...job),
};

/** 128 bits from the platform's generator. `crypto.randomUUID` is missing on plain http. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** As 2026-11-24, where the person is. A formatter of the platform would take longer to make than all else here. */
function dayOf(date: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The real ports: workers, IndexedDB, downloads, the clock. */
export async function createServices(): Promise<{ readonly session: Session }> {
  // A chunk of its own: the browser answers between the page's code and the database's.
  const { openKept } = await import('../storage/kept.ts');
  const ports: Ports = {
    ...openKept(),
    jobs,
    presence,
    exporter,
    clock: {
      nowMs: () => performance.now(),
      today: () => dayOf(new Date()),
      newId,
    },
  };
  return { session: new Session(ports) };
}
