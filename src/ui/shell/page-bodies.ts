import { type ComponentType, lazy } from 'react';
import type { PageName } from '../../session/steps.ts';
import { DataStep } from '../steps/data/data-step.tsx';

/** The first screen comes with the page; every other one when it is opened. */
export const PAGE_BODIES: Readonly<Record<PageName, ComponentType>> = {
  data: DataStep,
  codebook: lazy(async () => ({
    default: (await import('../steps/codebook/codebook-step.tsx')).CodebookStep,
  })),
  privacy: lazy(async () => ({ default: (await import('../steps/privacy/privacy-step.tsx')).PrivacyStep })),
  train: lazy(async () => ({ default: (await import('../steps/train/train-step.tsx')).TrainStep })),
  check: lazy(async () => ({ default: (await import('../steps/check/check-step.tsx')).CheckStep })),
  share: lazy(async () => ({ default: (await import('../steps/share/share-step.tsx')).ShareStep })),
  peers: lazy(async () => ({ default: (await import('../steps/peers/peers-step.tsx')).PeersStep })),
  analyse: lazy(async () => ({ default: (await import('../steps/analyse/analyse-step.tsx')).AnalyseStep })),
  tour: lazy(async () => ({ default: (await import('../tour/tour-page.tsx')).TourPage })),
  projects: lazy(async () => ({ default: (await import('../projects/projects-page.tsx')).ProjectsPage })),
  study: lazy(async () => ({ default: (await import('../study/study-page.tsx')).StudyPage })),
  ledger: lazy(async () => ({ default: (await import('../ledger/ledger-page.tsx')).LedgerPage })),
  about: lazy(async () => ({ default: (await import('../about/about-page.tsx')).AboutPage })),
};
